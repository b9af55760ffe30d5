import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended, RunningCommand, RunOptions } from './run-in-process.js';
import { Transcript } from './transcript.js';

/** The built command line: `npm test` builds it first. */
export const builtCli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface ProcessOptions extends RunOptions {
  /** What is started with the arguments. Default: Node with the built command line. */
  readonly program?: readonly [file: string, ...args: string[]];
}

export interface Running extends RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
}

/** Starts the built command in a process, for tests that are about the process: signals, pipes, exit codes, locks. */
export function startMillrace(args: readonly string[], options: ProcessOptions): Running {
  // without optimised WebAssembly code, which costs a server a second and comes too late for one that is stopped soon
  const [file, ...first] = options.program ?? [process.execPath, '--liftoff-only', builtCli];
  const child = spawn(file, [...first, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: options.cwd, ...options.env },
  });
  const transcript = new Transcript();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (chunk: string) => transcript.add(stream, chunk));
  }
  // a command may end without reading its input
  child.stdin.on('error', () => undefined);
  if (options.input !== null) child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      transcript.end();
      resolve({ code, stdout: transcript.stdout, stderr: transcript.stderr });
    });
  });
  return {
    child,
    ended,
    stdout: () => transcript.stdout,
    stderr: () => transcript.stderr,
    prints: (stream, pattern) => transcript.prints(stream, pattern),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs one command line in a process to its end. */
export function millrace(args: readonly string[], options: ProcessOptions): Promise<Ended> {
  return startMillrace(args, options).ended;
}
