import { Client, isMillraceError, type ClientOptions, type Logger, type LogLevel } from '../../index.js';
import { describeInvalidKey, keyDescription } from '../../settings/check-client-options.js';
import { logLevels } from '../../settings/log.js';
import { UsageError, type Call } from '../command.js';
import type { serverOptions } from '../options/global-options.js';
import { readInteger } from '../options/option-values.js';
import { explainError } from '../output/explain-error.js';
import { findAccess } from './access.js';

/** Creates the client for a command from the options, the environment and the credentials file. */
export function connect({ values, output, terminal, dotEnvVariables }: Call<typeof serverOptions>): Client {
  const { apiUrl, apiKey, keyFrom } = findAccess(values['api-url'], terminal.env, dotEnvVariables);
  const invalidKeyDescription = describeInvalidKey(apiKey);
  if (invalidKeyDescription !== undefined)
    throw new UsageError(`Expected the key from ${keyFrom} to be ${keyDescription}, got ${invalidKeyDescription}.`);
  output.secrets.add(apiKey);
  const log: Logger['info'] = (message, fields) =>
    output.note(fields ? `${message} ${JSON.stringify(fields)}` : message);
  const retrySeconds = readInteger('retry-for', values['retry-for'], { min: 0, max: 2_000_000 });
  return createClient({
    apiUrl,
    apiKey,
    retryFor: retrySeconds === undefined ? undefined : retrySeconds * 1000,
    onOutage: (outage) => output.showOutage(outage),
    logger: { error: log, warn: log, info: log, debug: log },
    // hide warnings by default, because each retry logs one
    logLevel: output.verbose ? 'debug' : readLogLevel(terminal.env['MILLRACE_LOG'] || 'error'),
  });
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((candidate) => candidate === text);
  if (level !== undefined) return level;
  throw new UsageError(`Expected MILLRACE_LOG to be one of ${logLevels.join(', ')}, got '${text}'.`);
}

/** Creates a client. @throws `UsageError` if the URL, the key or an environment variable is invalid. */
function createClient(options: ClientOptions): Client {
  try {
    return new Client(options);
  } catch (error) {
    throw isMillraceError(error) ? new UsageError(explainError(error).message) : error;
  }
}
