import { Readable, Writable } from 'node:stream';
import { runCli } from 'millrace/cli/run-cli.js';
import { InterruptedError, type TerminalStream } from 'millrace/cli/terminal.js';
import { Transcript } from './transcript.js';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** The only variables besides `PATH` and `HOME`, which is `cwd`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The text on stdin. `null` keeps stdin open. Default: empty. */
  readonly input?: string | null;
  /** Whether stdout and stderr are terminals. Default: false. */
  readonly isTerminal?: boolean;
}

export interface RunningCommand {
  readonly ended: Promise<CommandResult>;
  /** The text printed to stdout so far. */
  stdout(): string;
  stderr(): string;
  /** Waits until a stream matches the pattern. Rejects if the command ends without a match. */
  waitForOutput(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal (default: SIGTERM) and waits until the command ends. */
  stop(signal?: NodeJS.Signals): Promise<CommandResult>;
}

/** Starts a command in this process, with its own streams, environment and abort signal. */
export function startInProcess(args: readonly string[], options: RunOptions): RunningCommand {
  const transcript = new Transcript();
  const createStream = (stream: 'stdout' | 'stderr'): TerminalStream => {
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
    stdout: createStream('stdout'),
    stderr: createStream('stderr'),
    env: { PATH: process.env['PATH'] ?? '', HOME: options.cwd, ...options.env },
    signal: controller.signal,
    ignoreClosedStdout: () => undefined,
    exit: () => undefined,
    onExit: () => () => undefined,
  }).then((code): CommandResult => {
    leave();
    transcript.end();
    return { code, stdout: transcript.stdout, stderr: transcript.stderr };
  });
  return {
    ended,
    stdout: () => transcript.stdout,
    stderr: () => transcript.stderr,
    waitForOutput: (stream, pattern) => transcript.waitForOutput(stream, pattern),
    stop: (signal = 'SIGTERM') => {
      controller.abort(new InterruptedError(`Interrupted by ${signal}`));
      return ended;
    },
  };
}

/** Runs a command in this process and waits until it ends. */
export function runInProcess(args: readonly string[], options: RunOptions): Promise<CommandResult> {
  return startInProcess(args, options).ended;
}

let current: { readonly cwd: string; readonly leave: () => void; commands: number } | undefined;

/**
 * Changes the working directory and `HOME` of this process while commands run, because the SDK resolves paths and finds the
 * credentials file through them. Concurrent commands must have the same `cwd`.
 */
function enter(cwd: string): () => void {
  current ??= { cwd, leave: changeDirectory(cwd), commands: 0 };
  const entered = current;
  if (entered.cwd !== cwd)
    throw new Error(`Expected concurrent commands to have the working directory ${entered.cwd}, got ${cwd}.`);
  entered.commands++;
  return () => {
    if (--entered.commands > 0) return;
    current = undefined;
    entered.leave();
  };
}

function changeDirectory(cwd: string): () => void {
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
