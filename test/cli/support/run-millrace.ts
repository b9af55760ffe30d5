import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CommandResult, RunningCommand, RunOptions } from './run-in-process.js';
import { Transcript } from './transcript.js';

/** The built command line, which `npm test` builds first. */
export const builtCli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface ProcessOptions extends RunOptions {
  /** The program to start and its first arguments. Default: Node with the built command line. */
  readonly program?: readonly [file: string, ...args: string[]];
}

export interface RunningProcess extends RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
}

/** Starts the built command in a separate process, for tests of signals, pipes, exit codes and locks. */
export function startMillrace(args: readonly string[], options: ProcessOptions): RunningProcess {
  // without optimized WebAssembly code, which takes a second to compile and is useless for a short-lived server
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
  const ended = new Promise<CommandResult>((resolve, reject) => {
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
    waitForOutput: (stream, pattern) => transcript.waitForOutput(stream, pattern),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs the built command in a separate process and waits until it ends. */
export function millrace(args: readonly string[], options: ProcessOptions): Promise<CommandResult> {
  return startMillrace(args, options).ended;
}
