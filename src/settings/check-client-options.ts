import { checkOptions } from '../options/issues.js';
import { toBe, integerAtLeast, withMethods, type OptionTable } from '../options/option-table.js';
import { showValue } from '../shared/rules/show-value.js';
import type { ClientOptions, LogLevel } from '../shared/types/client-options.js';
import { readApiUrl } from './api-url.js';
import { logLevels } from './log.js';
import { parseProxy, showProxy } from './proxy.js';

const clientTable: OptionTable<keyof ClientOptions> = {
  apiUrl: {
    holds: (value) => 'url' in readApiUrl(value),
    rule: 'a URL',
    explain: (value) => {
      const read = readApiUrl(value);
      return 'problem' in read ? read.problem : '';
    },
  },
  apiKey: {
    holds: (value) => typeof value === 'function' || (typeof value === 'string' && isHeaderValue(value)),
    rule: 'a key, or a function that returns one',
    show: (value) => {
      if (typeof value !== 'string') return showValue(value);
      return value === '' ? 'an empty string' : 'one with invalid characters';
    },
  },
  timeout: integerAtLeast(1, ' of milliseconds'),
  maxRetries: integerAtLeast(0),
  logger: withMethods('an object with error, warn, info and debug', 'error', 'warn', 'info', 'debug'),
  logLevel: toBe(`one of ${logLevels.join(', ')}`, (value) => logLevels.includes(value as LogLevel)),
  proxy: {
    holds: (value) => value === false || isProxy(value),
    rule: 'a URL such as http://proxy.example:3128, or false',
    show: showProxy,
  },
  httpAgent: withMethods('an http.Agent', 'destroy'),
  httpsAgent: withMethods('an https.Agent', 'destroy'),
};

/** @throws `ValidationError` that lists every problem, without values that may be secret. */
export function checkClientOptions(options: ClientOptions): void {
  checkOptions(options, clientTable, 'new Client()', (value) =>
    typeof value === 'string' ? 'a string' : showValue(value),
  );
}

/** Returns whether a key can be sent in a header. */
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
