#!/usr/bin/env node
import { exitCode } from './output/exit-code.js';
import { runCli } from './run-cli.js';
import { InterruptedError, type Terminal } from './terminal.js';

/** How often to check whether npx has exited, in milliseconds. */
const npxCheckIntervalMs = 500;

process.exitCode = await runCli(process.argv.slice(2), createProcessTerminal());

/** Creates a terminal from the streams, environment and signals of this process. */
function createProcessTerminal(): Terminal {
  let exitsOnClosedStdout = true;
  // a reader such as `head` may close the pipe early
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (exitsOnClosedStdout) process.exit(exitCode.ok);
  });
  // ignore write errors, for example after the reader closes the pipe
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
 * Returns a signal that aborts on the first SIGINT or SIGTERM, or when npx exits, so that the command can clean up. Any later SIGINT or
 * SIGTERM ends the process immediately.
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
 * If npx started this process, calls `listener` when npx exits. The shell between npx and this process does not forward SIGTERM, but when
 * that shell exits, the parent process ID changes.
 */
function onNpxExit(listener: () => void): void {
  if (process.env['npm_command'] !== 'exec') return;
  const parentPid = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    listener();
  }, npxCheckIntervalMs);
  timer.unref();
}
