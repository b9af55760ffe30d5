import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { NoAccessError } from './no-access-error.js';
import { UsageError } from '../options/usage-error.js';

export type AccessSource = '--api-url' | 'the environment' | './.env' | 'the credentials file';

/** Which server a command talks to, with which key, and who said so. */
export interface Access {
  readonly apiUrl: string;
  readonly urlFrom: AccessSource;
  readonly apiKey: string;
  readonly keyFrom: AccessSource;
  readonly credentialsPath: string;
}

/**
 * Looks in the environment, then in `./.env`, then in the credentials file of the server on this machine. The file's key is
 * given to the file's server only, and a key of the environment to no other machine that only `./.env` names: such a file
 * may come with a directory that somebody else made.
 *
 * @param fromDotEnv The variables that `./.env` gave.
 * @throws `NoAccessError` without a key, `UsageError` without an address.
 */
export function findAccess(
  givenUrl: string | undefined,
  environment: NodeJS.ProcessEnv,
  fromDotEnv: ReadonlySet<string>,
): Access {
  const sourceOf = (name: string): AccessSource => (fromDotEnv.has(name) ? './.env' : 'the environment');
  const credentialsPath = join(environment['MILLRACE_DATA'] || join(homedir(), '.millrace'), 'credentials.json');
  const file = readCredentials(credentialsPath);

  const namedUrl = environment['MILLRACE_API_URL'] || undefined;
  const apiUrl = givenUrl ?? namedUrl ?? file?.apiUrl;
  const apiKey = environment['MILLRACE_API_KEY'] || undefined;
  if (apiUrl === undefined) {
    const problem = 'Expected the address of a server, got none.';
    if (apiKey === undefined) throw new NoAccessError(`${problem} ${howToGetIn(credentialsPath)}`);
    throw new UsageError(`${problem} Give --api-url, or set MILLRACE_API_URL in the environment or in ./.env.`);
  }
  const urlFrom = givenUrl ? '--api-url' : namedUrl ? sourceOf('MILLRACE_API_URL') : 'the credentials file';
  if (apiKey !== undefined) {
    const keyFrom = sourceOf('MILLRACE_API_KEY');
    if (urlFrom === './.env' && keyFrom === 'the environment' && !isLoopback(apiUrl)) {
      throw new UsageError(
        `The key of the environment is not sent to ${apiUrl}, an address that only ./.env names. ` +
          'Set MILLRACE_API_URL in the environment too, or MILLRACE_API_KEY in ./.env.',
      );
    }
    return { apiUrl, urlFrom, apiKey, keyFrom, credentialsPath };
  }
  if (file && sameServer(file.apiUrl, apiUrl)) {
    return { apiUrl, urlFrom, apiKey: file.apiKey, keyFrom: 'the credentials file', credentialsPath };
  }
  throw new NoAccessError(`Expected a key for ${apiUrl}, got none. ${howToGetIn(credentialsPath)}`);
}

function howToGetIn(credentialsPath: string): string {
  return (
    'Set MILLRACE_API_URL and MILLRACE_API_KEY in the environment or in ./.env, or start a server on this machine ' +
    `with 'millrace serve', which writes ${credentialsPath}.`
  );
}

/** Not a word about its content when it is damaged: that may be a key. */
function readCredentials(path: string): { apiUrl: string; apiKey: string } | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as { apiUrl?: unknown; apiKey?: unknown } | null;
    const { apiUrl, apiKey } = content ?? {};
    return typeof apiUrl === 'string' && typeof apiKey === 'string' ? { apiUrl, apiKey } : undefined;
  } catch {
    return undefined;
  }
}

function sameServer(one: string, other: string): boolean {
  const normal = (text: string) => {
    const { origin, pathname } = new URL(text);
    return origin + pathname.replace(/\/+$/, '');
  };
  return URL.canParse(one) && URL.canParse(other) && normal(one) === normal(other);
}

/** Whether an address is this machine's own. */
function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const host = new URL(address).hostname;
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
