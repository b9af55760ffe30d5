import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Text below a cell. Consecutive chunks of one stream are merged. */
interface StreamOutput {
  name: 'stdout' | 'stderr';
  text: string;
}

/** Rich output below a cell, by MIME type. */
interface DisplayOutput {
  /** Set if the output can be updated: a later output with the same id, from any cell, replaces it. */
  id?: string;
  data: Record<string, string>;
}

export type Output = StreamOutput | DisplayOutput;

/** A cell that was sent to the kernel. Output may still arrive after `ended`, as in Jupyter. */
export interface Cell {
  readonly outputs: readonly Output[];
  /** `error` if the cell threw, was interrupted, or did not compile. */
  readonly ended: Promise<'ok' | 'error'>;
}

export interface Kernel {
  start(code: string): Cell;
  /** Runs a cell and waits until it ends. */
  run(code: string): Promise<{ status: 'ok' | 'error'; outputs: readonly Output[]; text: string }>;
  /** Forgets the declarations of earlier cells, which is faster than a new kernel. */
  reset(): void;
  /** Interrupts the running cell, like the button in Jupyter. */
  interrupt(): void;
  close(): Promise<void>;
}

type Status = 'ok' | 'error' | 'abort';
type Message = { cell: number } & (Output | { status: Status });

/** Starts a tslab kernel that resolves packages and files from a directory, as for a notebook there. */
export function startKernel(directory: string, environment: Record<string, string>): Kernel {
  const child = fork(fileURLToPath(new URL('./kernel-child.js', import.meta.url)), {
    cwd: directory,
    env: { ...process.env, ...environment },
    execArgv: [],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const listeners: ((message: Message) => void)[] = [];
  child.on('message', (message: Message) => listeners[message.cell]?.(message));

  const displays = new Map<string, DisplayOutput>();

  const attempt = async (code: string, outputs: Output[]): Promise<Status> => {
    const ended = new Promise<Status>((resolve) => {
      const cell = listeners.push((message) => {
        if ('status' in message) resolve(message.status);
        else if ('data' in message) addDisplay(displays, outputs, message);
        else appendText(outputs, message);
      });
      child.send({ cell: cell - 1, code });
    });
    const lost = exited.then((): never => {
      throw new Error(`Expected the kernel to run the cell, but it ended:\n${code}`);
    });
    return Promise.race([ended, lost]);
  };

  const start = (code: string): Cell => {
    const outputs: Output[] = [];
    const run = async (): Promise<'ok' | 'error'> => {
      for (;;) {
        const status = await attempt(code, outputs);
        if (status !== 'abort') return status;
        // tslab rejects cells that arrive within 200 ms of an error
        await sleep(50);
      }
    };
    return { outputs, ended: run() };
  };

  return {
    start,
    async run(code) {
      const { outputs, ended } = start(code);
      const status = await ended;
      return { status, outputs, text: textOf(outputs) };
    },
    reset: () => void child.send({}),
    interrupt: () => void child.kill('SIGINT'),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Returns the text that a cell printed, without rich output. */
export const textOf = (outputs: readonly Output[]): string =>
  outputs.map((output) => ('text' in output ? output.text : '')).join('');

function addDisplay(displays: Map<string, DisplayOutput>, outputs: Output[], { id, data }: DisplayOutput): void {
  const existing = id === undefined ? undefined : displays.get(id);
  if (existing) {
    existing.data = data;
    return;
  }
  const display = { data, ...(id !== undefined && { id }) };
  if (id !== undefined) displays.set(id, display);
  outputs.push(display);
}

function appendText(outputs: Output[], { name, text }: StreamOutput): void {
  const last = outputs.at(-1);
  if (last && 'name' in last && last.name === name) last.text += text;
  else outputs.push({ name, text });
}
