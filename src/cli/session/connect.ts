import { Client, isMillraceError, type ClientOptions, type LogFn } from '../../index.js';
import { findAccess } from './access.js';
import type { Call } from '../command.js';
import type { serverOptions } from '../options/global-options.js';
import { keepSecret } from '../output/redact.js';
import { UsageError } from '../options/usage-error.js';

/** The client of a command, made from what the command line, the environment and the files say. */
export function connect({ values, output, fromDotEnv }: Call<typeof serverOptions>): Client {
  const { apiUrl, apiKey } = findAccess(values['api-url'], process.env, fromDotEnv);
  keepSecret(apiKey);
  const log: LogFn = (message, fields) => output.note(fields ? `${message} ${JSON.stringify(fields)}` : message);
  return makeClient({
    apiUrl,
    apiKey,
    logger: { error: log, warn: log, info: log, debug: log },
    // what is tried again and goes well is no news
    logLevel: output.verbose ? 'debug' : process.env['MILLRACE_LOG'] ? undefined : 'error',
  });
}

/** An address, a key or a variable that cannot be used is a matter of usage: no server was asked. */
function makeClient(options: ClientOptions): Client {
  try {
    return new Client(options);
  } catch (error) {
    throw isMillraceError(error) ? new UsageError(error.message) : error;
  }
}
