import { ValidationError } from '../errors/validation-error.js';
import { findUnknownOptions } from '../shared/rules/option-names.js';
import { showValue } from '../shared/rules/show-value.js';
import type { ClientOptions } from '../shared/types/client-options.js';
import type { Issue } from '../shared/types/issue.js';
import { readApiUrl } from './api-url.js';
import { logLevels } from './log.js';
import { parseProxy } from './proxy.js';

const known = ['apiUrl', 'apiKey', 'timeout', 'maxRetries', 'logger', 'logLevel', 'proxy', 'httpAgent', 'httpsAgent'];

/** @throws `ValidationError` with all that is wrong. No value that may be secret is repeated. */
export function checkClientOptions(options: ClientOptions): void {
  const issues: Issue[] = findUnknownOptions(options, known, 'new Client()').map(([name, message]) => ({
    path: [name],
    message,
  }));
  const expect = (name: keyof ClientOptions, holds: boolean, rule: string, shown = showValue(options[name])): void => {
    if (options[name] !== undefined && !holds) {
      issues.push({ path: [name], message: `Expected \`${name}\` to be ${rule}, got ${shown}` });
    }
  };
  const { apiUrl, apiKey, timeout, maxRetries, logger, logLevel, proxy, httpAgent, httpsAgent } = options;
  const isText = typeof apiKey === 'string';
  expect(
    'apiKey',
    typeof apiKey === 'function' || (isText && isHeaderValue(apiKey)),
    'a key, or a function that gives one',
    isText ? (apiKey === '' ? 'an empty text' : 'one with characters that no key has') : undefined,
  );
  if (apiUrl !== undefined) {
    const read = readApiUrl(apiUrl);
    if ('problem' in read) issues.push({ path: ['apiUrl'], message: read.problem });
  }
  expect('timeout', isWhole(timeout, 1), 'a whole number of milliseconds from 1 up');
  expect('maxRetries', isWhole(maxRetries, 0), 'a whole number from 0 up');
  expect(
    'logger',
    hasMethods(logger, ['error', 'warn', 'info', 'debug']),
    'an object with error, warn, info and debug',
  );
  expect('logLevel', logLevel !== undefined && logLevels.includes(logLevel), `one of ${logLevels.join(', ')}`);
  expect(
    'proxy',
    proxy === false || isProxy(proxy),
    'an address such as http://proxy.example:3128, or false',
    'another',
  );
  expect('httpAgent', hasMethods(httpAgent, ['destroy']), 'an http.Agent');
  expect('httpsAgent', hasMethods(httpsAgent, ['destroy']), 'an https.Agent');
  if (issues.length > 0) throw new ValidationError(issues);
}

/** Whether a key can travel in a header. */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

export function isProxy(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  try {
    parseProxy(text);
    return true;
  } catch {
    return false;
  }
}

function isWhole(value: unknown, min: number): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min;
}

function hasMethods(value: unknown, names: string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}
