import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The Python interpreter that has FAISS. Tries Debian's Python first, because Debian installs `python3-faiss` for it. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import faiss']).status === 0,
);

export interface Faiss {
  readonly pid: number;
  /** Runs a search. @returns The duration in FAISS itself, in milliseconds. */
  search(): Promise<number>;
}

/** Runs `work` with a process that has the index in memory, or with `undefined` if FAISS is not installed. */
export async function withFaiss<T>(
  index: string,
  k: number,
  work: (faiss: Faiss | undefined) => Promise<T>,
): Promise<T> {
  if (python === undefined) return work(undefined);
  const script = new URL('faiss-search.py', import.meta.url).pathname;
  const child = spawn(python, [script, index, String(k)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    await lines.next();
    return await work({
      pid: child.pid as number,
      search: async () => {
        child.stdin.write('\n');
        return Number((await lines.next()).value);
      },
    });
  } finally {
    child.stdin.end();
    await once(child, 'exit');
  }
}
