import { inspect } from 'node:util';
import type { ModuleError } from '../module-contract/module.js';
import type { Failure } from './messages.js';
import { isDiskFull } from '../system/disk-full.js';
import { OutputError } from './child/check-output.js';
import { diskFullMessage } from './stop-reasons.js';

/** Maximum lengths, in characters. They keep messages and stack traces readable, and limit the server's memory use. */
const maxMessageLength = 2000;
const maxStackLength = 2048;

/** Converts any thrown value to plain data that can be sent to the pool. */
export function describeFailure(error: unknown, verb: 'failed' | 'crashed'): Failure {
  if (!(error instanceof Error))
    return { code: 'failed', message: truncate(`The module ${verb}: ${inspect(error)}`), stack: '' };
  const stack = String(error.stack).slice(0, maxStackLength);
  if (isDiskFull(error)) return { code: 'disk_full', message: diskFullMessage, stack };
  // compare the name instead of the class, because custom modules can have their own copy of the class
  if (error.name === 'ModuleError') {
    const { retryAfterSeconds: seconds } = error as Partial<ModuleError>;
    const hasDelay = typeof seconds === 'number' && seconds > 0;
    return { code: 'module', message: truncate(error.message), stack, ...(hasDelay && { retryAfterSeconds: seconds }) };
  }
  if (error instanceof OutputError) return { code: 'output', message: truncate(error.message), stack };
  return { code: 'failed', message: truncate(`The module ${verb}: ${error.name}: ${error.message}`), stack };
}

function truncate(text: string): string {
  return text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;
}
