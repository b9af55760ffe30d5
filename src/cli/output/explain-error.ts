import { isMillraceError, ValidationError, type MillraceError } from '../../index.js';
import { translateArgumentNames, formatIssue, translateSettingNames } from './cli-names.js';
import { explainSystemError } from './explain-system-error.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { isError } from '../../shared/rules/class-of.js';

interface Explanation {
  readonly message: string;
  readonly code: ExitCode;
}

/** Returns the message to print for an error, and the exit code. */
export function explainError(error: unknown): Explanation {
  if (isMillraceError(error)) return explainMillraceError(error);
  const explanation = explainSystemError(error);
  if (explanation !== undefined) return { message: explanation, code: exitCode.failed };
  const { name, message } = describeThrown(error);
  switch (name) {
    case 'UsageError':
      return { message, code: exitCode.usage };
    case 'SettingsError':
    case 'FirstKeyError':
    case 'AccountError':
      return { message: translateSettingNames(message), code: exitCode.usage };
    case 'NoAccessError':
      return { message, code: exitCode.unauthenticated };
    case 'InterruptedError':
      return { message, code: exitCode.interrupted };
    case 'TypeError':
    case 'RangeError':
    case 'ReferenceError':
      return { message: `${message} (unexpected error; --verbose shows details)`, code: exitCode.failed };
    default:
      return { message, code: exitCode.failed };
  }
}

function explainMillraceError(error: MillraceError): Explanation {
  const message =
    error instanceof ValidationError ? error.issues.map(formatIssue).join('; ') : translateArgumentNames(error.message);
  switch (error.code) {
    case 'validation':
      return { message, code: isOutputConflict(error) ? exitCode.failed : exitCode.usage };
    case 'chain':
      return { message, code: exitCode.usage };
    case 'wait_timeout':
      return { message: explainWaitTimeout(error.requestId ?? ''), code: exitCode.failed };
    case 'save':
      return { message: explainSaveError(error), code: exitCode.failed };
    case 'process_failed':
    case 'run_failed':
      return { message, code: exitCode.failed };
    case 'authentication':
    case 'forbidden':
      return { message, code: exitCode.unauthenticated };
    case 'not_found':
      return { message, code: exitCode.notFound };
    case 'api':
    case 'rate_limit':
    case 'connection':
    case 'timeout':
      return { message: translateNextStep(message, error), code: exitCode.server };
    case 'not_finished':
    case 'configuration':
    case 'integrity':
    case 'response_shape':
    case 'webhook':
      return { message, code: exitCode.server };
  }
}

/** Returns whether the only problem is that something already exists at an output path. */
function isOutputConflict(error: MillraceError): boolean {
  return error instanceof ValidationError && error.issues.every(({ path }) => path[0] === 'ifExists');
}

/** Replaces the TypeScript code at the end of the SDK's message with a command. */
function explainSaveError(error: MillraceError): string {
  const id = error.requestId ?? (isMillraceError(error, 'save') ? error.fileId : '');
  return error.message.replace(/To fetch it, call:\n(.*)$/, (_, call: string) => {
    return `Fetch it with: millrace fetch ${id}${call.startsWith('client.files.input') ? ' --input' : ''}`;
  });
}

/** Replaces the advice and TypeScript code at the end of the SDK's message, if any, with advice for the command line. */
function translateNextStep(message: string, { requestId = '', fileId = '', idempotencyKey }: MillraceError): string {
  return message.replace(/ (?:To|The run continues; to) [^\n]*:\n(\w+\.\w+).*$/s, (_, call: string) => {
    if (call === 'pipeline.fetchOutput') return ` Fetch the output with: millrace fetch ${fileId}`;
    if (call !== 'pipeline.process') {
      return ` The run continues. Wait for it with: millrace status ${requestId} --watch`;
    }
    const keyAdvice = `run the command for this file with --idempotency-key ${idempotencyKey ?? ''}`;
    return ` To continue, ${keyAdvice}, or run the same command again if it has a --manifest.`;
  });
}

/** Returns the message to print instead of the SDK's message, which ends with TypeScript code. */
function explainWaitTimeout(requestId: string): string {
  return `Run ${requestId} has not finished yet and continues. Wait for it with: millrace status ${requestId} --watch`;
}

/**
 * Returns the name and message of a thrown value. If a host has several addresses, a failed connection to it throws an `AggregateError`
 * without a message, so the messages of the errors in it are joined.
 */
function describeThrown(error: unknown): { name: string; message: string } {
  if (error instanceof AggregateError && error.message === '') {
    return { name: error.name, message: error.errors.map((cause) => describeThrown(cause).message).join('; ') };
  }
  return isError(error)
    ? { name: error.name, message: error.message || error.name }
    : describeThrown(new Error(String(error)));
}
