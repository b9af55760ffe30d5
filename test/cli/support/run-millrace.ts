import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command line: `npm test` builds it first. */
export const builtCli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Beside `PATH` and `HOME`, which is `cwd`: no test sees what is set outside. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads; `null` leaves its input open. Default: nothing. */
  readonly input?: string | null;
  /** What is started with the arguments. Default: Node with the built command line. */
  readonly program?: readonly [file: string, ...args: string[]];
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** What was printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when a stream has what matches; rejects when the command ends without. */
  prints(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export function startMillrace(args: readonly string[], options: RunOptions): Running {
  const [file, ...first] = options.program ?? [process.execPath, builtCli];
  const child = spawn(file, [...first, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: options.cwd, ...options.env },
  });
  const text = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  let over = false;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => {
      text[stream] += chunk;
      for (const watch of [...watchers]) watch();
    });
  }
  // a command may end without reading its input
  child.stdin.on('error', () => undefined);
  if (options.input !== null) child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      over = true;
      for (const watch of [...watchers]) watch();
      resolve({ code, ...text });
    });
  });
  return {
    child,
    ended,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    prints: (stream, pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const match = pattern.exec(text[stream]);
          if (!match && !over) return;
          watchers.delete(watch);
          if (match) resolve(match);
          else reject(new Error(`ended without ${String(pattern)}: ${text.stdout}${text.stderr}`));
        };
        watchers.add(watch);
        watch();
      }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs one command line to its end. */
export function millrace(args: readonly string[], options: RunOptions): Promise<Ended> {
  return startMillrace(args, options).ended;
}
