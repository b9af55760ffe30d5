import { stat } from 'node:fs/promises';
import { isDiskFull } from './disk-full.js';

const directoryAdvice = 'choose another directory with --data or MILLRACE_DATA';

/**
 * Returns an error that explains how to fix a full disk, or a permission or path error in the data directory. Returns any other error
 * unchanged.
 */
export function explainDataDirError(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Error)) return error;
  const problem = describeProblem(error, dataDir);
  return problem === undefined ? error : new Error(problem, { cause: error });
}

/** Returns a warning if other users of this machine can write to the data directory, which contains keys and all accounts' files. */
export async function describeInsecureDataDir(dataDir: string): Promise<string | undefined> {
  const { mode } = await stat(dataDir);
  // Windows has no permission bits
  if (process.platform === 'win32' || (mode & 0o022) === 0) return undefined;
  const bits = (mode & 0o777).toString(8);
  return `Other users of this machine can write to the data directory ${dataDir} (its mode is ${bits}), so they can replace keys and files. Run: chmod 700 ${dataDir}`;
}

function describeProblem(error: Error, dataDir: string): string | undefined {
  const { code, path } = error as NodeJS.ErrnoException;
  if (isDiskFull(error)) {
    return `Expected the disk of the data directory ${dataDir} to have room, but it is full. Free up some space, then start again.`;
  }
  if (path === undefined || !(path.startsWith(dataDir) || dataDir.startsWith(path))) return undefined;
  switch (code) {
    case 'EROFS':
      return `Expected the data directory ${dataDir} to be writable, but its file system is read-only. Mount it for writing, or ${directoryAdvice}.`;
    case 'EACCES':
    case 'EPERM':
      return `Expected the data directory ${dataDir} to be writable, but this user has no permission to use ${path}. Change its owner, or ${directoryAdvice}.`;
    case 'ENOTDIR':
      return `Expected the data directory ${dataDir} to be a directory, but part of that path is a file. Move the file, or ${directoryAdvice}.`;
    case 'EEXIST':
      return `Expected the data directory ${dataDir} to be a directory, but ${path} is a file. Move the file, or ${directoryAdvice}.`;
    default:
      return undefined;
  }
}
