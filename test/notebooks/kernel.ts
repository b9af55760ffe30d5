import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What stands below a cell: pieces of one stream that follow one another are one. */
export interface StreamOutput {
  name: 'stdout' | 'stderr';
  text: string;
}

/** A cell that was sent. Output may come after its end, as in Jupyter. */
export interface Cell {
  readonly outputs: readonly StreamOutput[];
  /** `error`: it threw, was interrupted, or did not compile. */
  readonly ended: Promise<'ok' | 'error'>;
}

export interface Kernel {
  start(code: string): Cell;
  /** Runs a cell to its end. */
  run(code: string): Promise<{ status: 'ok' | 'error'; outputs: readonly StreamOutput[]; text: string }>;
  /** What Jupyter's button does. */
  interrupt(): void;
  close(): Promise<void>;
}

type Status = 'ok' | 'error' | 'abort';
type Message = { cell: number } & (StreamOutput | { status: Status });

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

  const attempt = async (code: string, outputs: StreamOutput[]): Promise<Status> => {
    const ended = new Promise<Status>((resolve) => {
      const cell = listeners.push((message) => {
        if ('status' in message) resolve(message.status);
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
    const outputs: StreamOutput[] = [];
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
      return { status, outputs, text: outputs.map((output) => output.text).join('') };
    },
    interrupt: () => void child.kill('SIGINT'),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function append(outputs: StreamOutput[], { name, text }: StreamOutput): void {
  const last = outputs.at(-1);
  if (last?.name === name) last.text += text;
  else outputs.push({ name, text });
}
