import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ownChild } from './own-child.js';

/** A program that prints `"ready"`, then responds to each line on standard input with a line. Both are JSON. */
export interface LineProgram {
  readonly pid: number;
  ask(question: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startLineProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<LineProgram> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  const exited = once(child, 'exit');
  ownChild(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const response = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`Expected ${[command, ...args].join(' ')} to respond, but it ended.`);
    return JSON.parse(line.value);
  };
  const mustStart = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await response();
  clearTimeout(mustStart);
  return {
    pid: child.pid as number,
    ask: (question) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return response();
    },
    stop: async () => {
      child.stdin.end();
      child.kill('SIGTERM');
      await exited;
    },
  };
}
