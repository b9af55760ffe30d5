import { Client, type LogFn } from '../index.js';
import { findAccess } from './access.js';
import type { Call } from './command.js';
import type { serverOptions } from './global-options.js';
import { keepSecret } from './redact.js';

/** The client of a command, made from what the command line, the environment and the files say. */
export function connect({ values, output, fromDotEnv }: Call<typeof serverOptions>): Client {
  const { apiUrl, apiKey } = findAccess(values['api-url'], process.env, fromDotEnv);
  keepSecret(apiKey);
  const log: LogFn = (message, fields) => output.note(fields ? `${message} ${JSON.stringify(fields)}` : message);
  return new Client({
    apiUrl,
    apiKey,
    logger: { error: log, warn: log, info: log, debug: log },
    logLevel: output.verbose ? 'debug' : undefined,
  });
}
