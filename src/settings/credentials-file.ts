import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Credentials {
  readonly path: string;
  /**
   * Whether `MILLRACE_DATA` is relative. If it is, someone else may have written the file in the working directory, so the file's URL is
   * not used with a key from another source.
   */
  readonly isRelative: boolean;
  readonly apiUrl?: string;
  readonly apiKey?: string;
  /** Why the file could not be used, if it exists. */
  readonly problem?: string;
}

/** Reads the credentials file, which a server on this machine writes for local clients when it starts for the first time. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const directory = env['MILLRACE_DATA'] || join(homedir(), '.millrace');
  const location = { path: join(directory, 'credentials.json'), isRelative: !isAbsolute(directory) };
  let text: string;
  try {
    text = readFileSync(location.path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? location : { ...location, problem: message };
  }
  const { apiUrl, apiKey } = parse(text);
  if (typeof apiUrl !== 'string' || typeof apiKey !== 'string') {
    return { ...location, problem: 'it is not a JSON object with apiUrl and apiKey' };
  }
  return { ...location, apiUrl, apiKey };
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
