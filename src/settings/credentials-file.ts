import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Credentials {
  readonly path: string;
  /**
   * Whether `MILLRACE_DATA` is relative. Somebody else may have written the file in the working directory, so its URL is not used
   * with a key from elsewhere.
   */
  readonly isRelative: boolean;
  readonly apiUrl?: string;
  readonly apiKey?: string;
  /** Why the file, if it exists, could not be used. */
  readonly problem?: string;
}

/** Reads the credentials file that a server on this machine writes for its clients when it first starts. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const directory = env['MILLRACE_DATA'] || join(homedir(), '.millrace');
  const place = { path: join(directory, 'credentials.json'), isRelative: !isAbsolute(directory) };
  let text: string;
  try {
    text = readFileSync(place.path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? place : { ...place, problem: message };
  }
  const { apiUrl, apiKey } = parse(text);
  if (typeof apiUrl !== 'string' || typeof apiKey !== 'string') {
    return { ...place, problem: 'it is not a JSON object with apiUrl and apiKey' };
  }
  return { ...place, apiUrl, apiKey };
}

/** Discards the parser's error message, because it would include the file's content and therefore the key. */
function parse(text: string): { apiUrl?: unknown; apiKey?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
