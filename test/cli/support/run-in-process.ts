import { Readable, Writable } from 'node:stream';
import { runCli } from 'millrace/cli/run-cli.js';
import { InterruptedError, type TerminalStream } from 'millrace/cli/terminal.js';
import { Transcript } from './transcript.js';

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
  /** Whether the output goes to a terminal. Default: no. */
  readonly isTerminal?: boolean;
}

export interface RunningCommand {
  readonly ended: Promise<Ended>;
  /** What was printed so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when a stream has what matches; rejects when the command ends without. */
  prints(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts a command in this process, on streams, variables and a signal of its own. */
export function startInProcess(args: readonly string[], options: RunOptions): RunningCommand {
  const transcript = new Transcript();
  const into = (stream: 'stdout' | 'stderr'): TerminalStream => {
    const writable = new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        transcript.add(stream, chunk);
        done();
      },
    });
    return Object.assign(writable, options.isTerminal && { isTTY: true });
  };
  const controller = new AbortController();
  const leave = enter(options.cwd);
  const ended = runCli(args, {
    stdin: Readable.from(options.input === null ? never() : [options.input ?? '']),
    stdout: into('stdout'),
    stderr: into('stderr'),
    env: { PATH: process.env['PATH'] ?? '', HOME: options.cwd, ...options.env },
    signal: controller.signal,
    ignoreClosedStdout: () => undefined,
    exit: () => undefined,
    onExit: () => () => undefined,
  }).then((code): Ended => {
    leave();
    transcript.end();
    return { code, stdout: transcript.stdout, stderr: transcript.stderr };
  });
  return {
    ended,
    stdout: () => transcript.stdout,
    stderr: () => transcript.stderr,
    prints: (stream, pattern) => transcript.prints(stream, pattern),
    stop: (signal = 'SIGTERM') => {
      controller.abort(new InterruptedError(`Interrupted by ${signal}`));
      return ended;
    },
  };
}

/** Runs one command line in this process to its end. */
export function runInProcess(args: readonly string[], options: RunOptions): Promise<Ended> {
  return startInProcess(args, options).ended;
}

let place: { readonly cwd: string; readonly leave: () => void; commands: number } | undefined;

/**
 * The SDK resolves paths against the directory of the process, and finds the credentials file in its home: both are moved
 * while commands run. Commands that run at once share them.
 */
function enter(cwd: string): () => void {
  place ??= { cwd, leave: move(cwd), commands: 0 };
  const entered = place;
  if (entered.cwd !== cwd) throw new Error(`Expected commands that run at once to be in ${entered.cwd}, got ${cwd}.`);
  entered.commands++;
  return () => {
    if (--entered.commands > 0) return;
    place = undefined;
    entered.leave();
  };
}

function move(cwd: string): () => void {
  const before = process.cwd();
  const home = process.env['HOME'];
  process.chdir(cwd);
  process.env['HOME'] = cwd;
  return () => {
    process.chdir(before);
    if (home === undefined) delete process.env['HOME'];
    else process.env['HOME'] = home;
  };
}

async function* never(): AsyncGenerator<string> {
  await new Promise(() => undefined);
  yield '';
}
