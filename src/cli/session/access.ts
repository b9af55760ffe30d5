import { readCredentials } from '../../settings/credentials-file.js';
import { UsageError } from '../command.js';

type AccessSource = '--api-url' | 'the environment' | './.env' | 'the credentials file';

/** The server and the key that a command uses, and where they were found. */
interface Access {
  readonly apiUrl: string;
  readonly urlFrom: AccessSource;
  readonly apiKey: string;
  readonly keyFrom: AccessSource;
}

/**
 * Finds the server and the key in the environment, in `./.env`, or in the credentials file of the server on this machine, in
 * this order. The key of the credentials file is sent only to the server that wrote it. A key of the environment is not sent
 * to another machine that only `./.env` names, because the file may come from somebody else.
 *
 * @param fromDotEnv The variables that came from `./.env`.
 * @throws `NoAccessError` without a key, `UsageError` without an address.
 */
export function findAccess(
  givenUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
  fromDotEnv: ReadonlySet<string>,
): Access {
  const sourceOf = (name: string): AccessSource => (fromDotEnv.has(name) ? './.env' : 'the environment');
  const file = readCredentials(environment);

  const namedUrl = environment['MILLRACE_API_URL'] || undefined;
  const apiUrl = givenUrl ?? namedUrl ?? file.apiUrl;
  const apiKey = environment['MILLRACE_API_KEY'] || undefined;
  if (apiUrl === undefined) {
    const problem = 'Expected the address of a server, got none.';
    if (apiKey === undefined) throw new NoAccessError(`${problem} ${howToGetAccess(file.path)}`);
    throw new UsageError(`${problem} Set --api-url, or MILLRACE_API_URL in the environment or in ./.env.`);
  }
  const urlFrom = givenUrl ? '--api-url' : namedUrl ? sourceOf('MILLRACE_API_URL') : 'the credentials file';
  if (apiKey !== undefined) {
    const keyFrom = sourceOf('MILLRACE_API_KEY');
    if (urlFrom === './.env' && keyFrom === 'the environment' && !isOnThisMachine(apiUrl)) {
      throw new UsageError(
        `The key of the environment is not sent to ${apiUrl}, an address that only ./.env names. ` +
          'Set MILLRACE_API_URL in the environment too, or MILLRACE_API_KEY in ./.env.',
      );
    }
    return { apiUrl, urlFrom, apiKey, keyFrom };
  }
  if (file.apiUrl !== undefined && file.apiKey !== undefined && isSameServer(file.apiUrl, apiUrl)) {
    return { apiUrl, urlFrom, apiKey: file.apiKey, keyFrom: 'the credentials file' };
  }
  throw new NoAccessError(`Expected a key for ${apiUrl}, got none. ${howToGetAccess(file.path)}`);
}

function howToGetAccess(credentialsPath: string): string {
  return (
    'Set MILLRACE_API_URL and MILLRACE_API_KEY in the environment or in ./.env, or start a server on this machine ' +
    `with 'millrace serve', which writes ${credentialsPath}.`
  );
}

function isSameServer(one: string, other: string): boolean {
  const normal = (text: string) => {
    const { origin, pathname } = new URL(text);
    return origin + pathname.replace(/\/+$/, '');
  };
  return URL.canParse(one) && URL.canParse(other) && normal(one) === normal(other);
}

function isOnThisMachine(address: string): boolean {
  return URL.canParse(address) && isLoopbackHost(new URL(address).hostname);
}

/** Whether a host name or address only ever means this machine. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** There is no key for the server. */
class NoAccessError extends Error {
  override readonly name = 'NoAccessError';
}
