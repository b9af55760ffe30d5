import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Credentials {
  readonly path: string;
  /**
   * Whether `MILLRACE_DATA` is a relative path. If so, the file depends on the working directory, and someone else may have written it.
   * A key from the options or the environment is then not sent to the file's URL, unless the file contains the same key.
   */
  readonly isPathRelative: boolean;
  readonly apiUrl?: string;
  readonly apiKey?: string;
  /** Why the file could not be used. Absent if the file is valid or does not exist. */
  readonly problem?: string;
}

/** Reads the credentials file, which a server on this machine writes for local clients when it starts. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const directory = env['MILLRACE_DATA'] || join(homedir(), '.millrace');
  const location = { path: join(directory, 'credentials.json'), isPathRelative: !isAbsolute(directory) };
  let text: string;
  try {
    text = readFileSync(location.path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? location : { ...location, problem: message };
  }
  const { apiUrl, apiKey } = parseCredentials(text);
  if (typeof apiUrl !== 'string' || typeof apiKey !== 'string') {
    return { ...location, problem: 'it is not a JSON object with apiUrl and apiKey' };
  }
  return { ...location, apiUrl, apiKey };
}

/** Parses the file's text. Returns an empty object if the text is not valid JSON, because a `JSON.parse` error could quote the key. */
function parseCredentials(text: string): { apiUrl?: unknown; apiKey?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
