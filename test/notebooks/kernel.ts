import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What stands below a cell: pieces of one stream that follow one another are one. */
interface StreamOutput {
  name: 'stdout' | 'stderr';
  text: string;
}

/** What a cell shows that is not text, by its types. */
interface DisplayOutput {
  /** Set if the output is updated in place: a later output with the same id replaces it, from any cell. */
  id?: string;
  data: Record<string, string>;
}

export type Output = StreamOutput | DisplayOutput;

/** A cell that was sent. Output may come after its end, as in Jupyter. */
export interface Cell {
  readonly outputs: readonly Output[];
  /** `error`: it threw, was interrupted, or did not compile. */
  readonly ended: Promise<'ok' | 'error'>;
}

export interface Kernel {
  start(code: string): Cell;
  /** Runs a cell to its end. */
  run(code: string): Promise<{ status: 'ok' | 'error'; outputs: readonly Output[]; text: string }>;
  /** Forgets the names of earlier cells, which takes less than a new kernel. */
  reset(): void;
  /** What Jupyter's button does. */
  interrupt(): void;
  close(): Promise<void>;
}

type Status = 'ok' | 'error' | 'abort';
type Message = { cell: number } & (Output | { status: Status });

/** A kernel of tslab that looks for packages and files from a directory, as one that Jupyter starts for a notebook there. */
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
        else if ('data' in message) show(displays, outputs, message);
        else append(outputs, message);
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
        // tslab refuses what comes within 200 ms of an error
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

/** What a cell printed, without what it displayed. */
export const textOf = (outputs: readonly Output[]): string =>
  outputs.map((output) => ('text' in output ? output.text : '')).join('');

function show(displays: Map<string, DisplayOutput>, outputs: Output[], { id, data }: DisplayOutput): void {
  const known = id === undefined ? undefined : displays.get(id);
  if (known) {
    known.data = data;
    return;
  }
  const display = { data, ...(id !== undefined && { id }) };
  if (id !== undefined) displays.set(id, display);
  outputs.push(display);
}

function append(outputs: Output[], { name, text }: StreamOutput): void {
  const last = outputs.at(-1);
  if (last && 'name' in last && last.name === name) last.text += text;
  else outputs.push({ name, text });
}
