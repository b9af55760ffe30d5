import { inspect } from 'node:util';
import type { Failure } from './messages.js';
import { OutputError } from './seal-output.js';

/** The server's process reads it, and people do. */
const longestMessage = 2000;
const longestStack = 2048;

/** A thrown value as plain data that can cross to the pool, whatever it was. */
export function describeFailure(error: unknown, verb: 'failed' | 'crashed'): Failure {
  if (!(error instanceof Error))
    return { code: 'failed', message: cut(`module ${verb}: ${inspect(error)}`), stack: '' };
  const stack = String(error.stack).slice(0, longestStack);
  // by name: the operator's modules may carry a copy of the class of their own
  if (error.name === 'ModuleError') return { code: 'module', message: cut(error.message), stack };
  if (error instanceof OutputError) return { code: 'output', message: cut(error.message), stack };
  return { code: 'failed', message: cut(`module ${verb}: ${error.name}: ${error.message}`), stack };
}

function cut(text: string): string {
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}
