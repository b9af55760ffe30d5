import { checkOptions } from '../options/issues.js';
import {
  toBe,
  toBeFunction,
  toBeMillisecondsOrInfinity,
  integerAtLeast,
  withMethods,
  type OptionRules,
} from '../options/option-rules.js';
import { minSecretLength } from '../shared/rules/mask-secret.js';
import { formatValue } from '../shared/rules/format-value.js';
import type { ClientOptions, LogLevel } from '../shared/types/client-options.js';
import { parseApiUrl } from './api-url.js';
import { logLevels } from './log.js';
import { describeInvalidProxy, parseProxy } from './proxy.js';

/** Describes a valid key in error messages. Shorter keys are rejected, because the client would not mask them. */
export const keyDescription = `a key of at least ${minSecretLength} characters`;

const clientRules: OptionRules<keyof ClientOptions> = {
  apiUrl: {
    holds: (value) => 'url' in parseApiUrl(value),
    description: 'a URL',
    explain: (value) => {
      const parsed = parseApiUrl(value);
      return 'message' in parsed ? parsed.message : '';
    },
  },
  apiKey: {
    holds: (value) => typeof value === 'function' || (typeof value === 'string' && isValidKey(value)),
    description: `${keyDescription}, or a function that returns one`,
    show: (value) => (typeof value === 'string' ? (describeInvalidKey(value) ?? '') : formatValue(value)),
  },
  timeout: integerAtLeast(1, ' of milliseconds'),
  maxRetries: integerAtLeast(0),
  retryFor: toBeMillisecondsOrInfinity,
  onOutage: toBeFunction,
  logger: withMethods('an object with error, warn, info and debug', 'error', 'warn', 'info', 'debug'),
  logLevel: toBe(`one of ${logLevels.join(', ')}`, (value) => logLevels.includes(value as LogLevel)),
  proxy: {
    holds: (value) => value === false || isValidProxy(value),
    description: 'a URL such as http://proxy.example:3128, or false',
    show: describeInvalidProxy,
  },
  httpAgent: withMethods('an http.Agent', 'destroy'),
  httpsAgent: withMethods('an https.Agent', 'destroy'),
};

/** Checks the options of `new Client()`. @throws A `ValidationError` that lists every problem without quoting a key or a proxy URL. */
export function checkClientOptions(options: ClientOptions): void {
  checkOptions(options, clientRules, 'new Client()', (value) =>
    typeof value === 'string' ? 'a string' : formatValue(value),
  );
}

/** Returns whether a string is a valid key: at least {@link minSecretLength} printable ASCII characters, without spaces. */
export function isValidKey(text: string): boolean {
  return describeInvalidKey(text) === undefined;
}

/** Returns the words to follow "got" in an error message about an invalid key, without quoting it; `undefined` if the key is valid. */
export function describeInvalidKey(text: string): string | undefined {
  if (text === '') return 'an empty string';
  if (!/^[\x21-\x7e]+$/.test(text)) return 'one with invalid characters';
  return text.length < minSecretLength ? `one of ${text.length}` : undefined;
}

export function isValidProxy(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    parseProxy(value);
    return true;
  } catch {
    return false;
  }
}
