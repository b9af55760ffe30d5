#!/usr/bin/env node
import { exitCode } from './output/exit-code.js';
import { runCli } from './run-cli.js';
import { InterruptedError, type Terminal } from './terminal.js';

/** Interval between checks for the exit of npx, in milliseconds. */
const npxCheckMs = 500;

process.exitCode = await runCli(process.argv.slice(2), createProcessTerminal());

/** Creates a terminal from the streams, environment and signals of this process. */
function createProcessTerminal(): Terminal {
  let exitsOnClosedStdout = true;
  // a reader such as `head` may close the pipe early
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (exitsOnClosedStdout) process.exit(exitCode.ok);
  });
  // discard messages once the reader has closed standard error
  process.stderr.on('error', () => undefined);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: createInterruptSignal(),
    ignoreClosedStdout: () => {
      exitsOnClosedStdout = false;
    },
    exit: (code) => process.exit(code),
    onExit: (listener) => {
      process.on('exit', listener);
      return () => process.off('exit', listener);
    },
  };
}

/**
 * Returns a signal that is aborted by the first SIGINT or SIGTERM, or by the exit of npx, so that the command can clean up. A second SIGINT
 * or SIGTERM exits immediately.
 */
function createInterruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (cause: string) => {
    if (controller.signal.aborted) process.exit(exitCode.interrupted);
    controller.abort(new InterruptedError(`Interrupted by ${cause}`));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  onNpxExit(() => {
    // Ctrl-C in a terminal signals both npx and the command, so the exit of npx must not count as a second signal
    if (!controller.signal.aborted) interrupt('the exit of npx');
  });
  return controller.signal;
}

/**
 * Calls `listener` when npx has exited. npx runs commands in a shell that does not forward SIGTERM, but when the shell exits, the
 * command gets a new parent process.
 */
function onNpxExit(listener: () => void): void {
  if (process.env['npm_command'] !== 'exec') return;
  const parentPid = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    listener();
  }, npxCheckMs);
  timer.unref();
}
