import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { killOnExit } from './kill-on-exit.js';

/** A program that prints `"ready"`, then responds to each line on standard input with a line. All lines are JSON. */
export interface LineProgram {
  readonly pid: number;
  /** Sends a line, and returns the response. */
  request(body: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startLineProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LineProgram> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  killOnExit(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const readResponse = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`Expected ${[command, ...args].join(' ')} to respond, but it exited.`);
    return JSON.parse(line.value);
  };
  const startTimeout = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await readResponse();
  clearTimeout(startTimeout);
  return {
    pid: child.pid as number,
    request: (body) => {
      child.stdin.write(`${JSON.stringify(body)}\n`);
      return readResponse();
    },
    stop: async () => {
      child.stdin.end();
      child.kill('SIGTERM');
      await exited;
    },
  };
}
