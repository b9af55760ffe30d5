import { isSameServer } from '../../settings/api-url.js';
import { readCredentials } from '../../settings/credentials-file.js';
import { UsageError } from '../command.js';

type AccessSource = '--api-url' | 'the environment' | './.env' | 'the credentials file';

/** The server URL and API key that a command uses, and the source of each. */
interface Access {
  readonly apiUrl: string;
  readonly urlFrom: AccessSource;
  readonly apiKey: string;
  readonly keyFrom: AccessSource;
}

/**
 * Looks for the server's URL and the key in `--api-url` (only the URL), the environment, `./.env`, and the credentials file of the
 * server on this machine, in this order. The key in the credentials file is sent only to the URL in that file. A key from the
 * environment is not sent to a URL that only `./.env` or a credentials file at a relative path specifies, because somebody else may
 * have written that file. However, it is sent to the URL in such a credentials file if that file contains the same key.
 *
 * @param dotEnvVariables The names of the variables that were loaded from `./.env`.
 * @throws `NoAccessError` if there is no key for the server; `UsageError` if there is a key but no URL, or if the key must not be sent to
 * the URL.
 */
export function findAccess(
  urlOption: string | undefined,
  environment: NodeJS.ProcessEnv,
  dotEnvVariables: ReadonlySet<string>,
): Access {
  const findSource = (name: string): AccessSource => (dotEnvVariables.has(name) ? './.env' : 'the environment');
  const credentials = readCredentials(environment);

  const urlVariable = environment['MILLRACE_API_URL'] || undefined;
  const apiUrl = urlOption ?? urlVariable ?? credentials.apiUrl;
  const apiKey = environment['MILLRACE_API_KEY'] || undefined;
  if (apiUrl === undefined) {
    const message = 'Missing server URL.';
    if (apiKey === undefined) throw new NoAccessError(`${message} ${describeAccessOptions(credentials.path)}`);
    throw new UsageError(`${message} Set --api-url, or MILLRACE_API_URL in the environment or in ./.env.`);
  }
  const urlFrom = urlOption ? '--api-url' : urlVariable ? findSource('MILLRACE_API_URL') : 'the credentials file';
  if (apiKey !== undefined) {
    const keyFrom = findSource('MILLRACE_API_KEY');
    if (keyFrom === 'the environment') {
      const createRefusal = (source: string, remedy: string) =>
        new UsageError(
          `The key from the environment is not sent to ${apiUrl}, because only ${source} specifies this URL. ` +
            `Set MILLRACE_API_URL in the environment too, or ${remedy}.`,
        );
      if (urlFrom === './.env') throw createRefusal('./.env', 'MILLRACE_API_KEY in ./.env');
      if (urlFrom === 'the credentials file' && credentials.isPathRelative && apiKey !== credentials.apiKey) {
        throw createRefusal(credentials.path, 'an absolute path as MILLRACE_DATA');
      }
    }
    return { apiUrl, urlFrom, apiKey, keyFrom };
  }
  if (
    credentials.apiUrl !== undefined &&
    credentials.apiKey !== undefined &&
    isSameServer(credentials.apiUrl, apiUrl)
  ) {
    return { apiUrl: credentials.apiUrl, urlFrom, apiKey: credentials.apiKey, keyFrom: 'the credentials file' };
  }
  throw new NoAccessError(`Missing API key for ${apiUrl}. ${describeAccessOptions(credentials.path)}`);
}

function describeAccessOptions(credentialsPath: string): string {
  return (
    'Set MILLRACE_API_URL and MILLRACE_API_KEY in the environment or in ./.env, or start a server on this machine ' +
    `with 'millrace serve', which writes ${credentialsPath}.`
  );
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Thrown if there is no key for the server. */
class NoAccessError extends Error {
  override readonly name = 'NoAccessError';
}
