import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Credentials {
  readonly path: string;
  readonly apiUrl?: string;
  readonly apiKey?: string;
  /** Why the file, if it exists, could not be used. */
  readonly problem?: string;
}

/** Reads the credentials file that a server on this machine writes for its clients when it first starts. */
export function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const path = join(env['MILLRACE_DATA'] || join(homedir(), '.millrace'), 'credentials.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? { path } : { path, problem: message };
  }
  const { apiUrl, apiKey } = parse(text);
  if (typeof apiUrl !== 'string' || typeof apiKey !== 'string') {
    return { path, problem: 'it is not a JSON object with apiUrl and apiKey' };
  }
  return { path, apiUrl, apiKey };
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
