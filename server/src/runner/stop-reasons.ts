import { formatBytes } from 'millrace/shared/rules/files/file-size.js';
import { saysDiskFull } from '../system/disk-full.js';
import { RunnerError } from './runner-error.js';
import type { StderrTail } from './stderr-tail.js';

export const diskFullMessage = "The server's disk is full. Free up some space, then resume the run.";

export function createTaskTimeoutError(taskTimeoutMs: number): RunnerError {
  const ms = Math.round(taskTimeoutMs);
  const duration = ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
  return new RunnerError('deadline', `The module took longer than ${duration} and was stopped.`);
}

export function createStartTimeoutError(timeoutMs: number): RunnerError {
  return new RunnerError('died', `The module's process did not start within ${timeoutMs / 1000} s.`);
}

export function createMemoryError(memoryBytes: number, detail = ''): RunnerError {
  const limit = formatBytes(memoryBytes);
  return new RunnerError('memory', `The module ran out of memory and was stopped. The limit is ${limit}.`, detail);
}

export function createNeverStartedError({ code, message, detail }: RunnerError, processCount: number): RunnerError {
  const text = `${processCount} processes ended before they started the module. The last error was: ${message}`;
  return new RunnerError(code, text, detail);
}

export function createClosedError(): RunnerError {
  return new RunnerError('closed', 'The server is shutting down, so the module did not finish.');
}

/** Creates the error for the exit of a process that the runner did not kill. */
export function createExitError(
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
  stderr: StderrTail,
  memoryBytes: number,
): RunnerError {
  if (stderr.showsOutOfMemory) return createMemoryError(memoryBytes, stderr.text);
  if (saysDiskFull(stderr.text)) return new RunnerError('disk_full', diskFullMessage, stderr.text);
  return new RunnerError('died', `The module ${describeExit(exit)} before it returned a result.`, stderr.text);
}

function describeExit({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  if (signal === null) return `exited with code ${code ?? 'unknown'}`;
  // the runner did not send this signal, so it probably came from the Linux OOM killer
  if (signal === 'SIGKILL') return 'was killed (SIGKILL; the system may have run out of memory)';
  return `crashed (${signal})`;
}
