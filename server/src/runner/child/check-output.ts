import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { ModuleFacts } from '../../module-contract/module.js';
import type { RunnerResult } from '../runner.js';

/** Thrown if a module returns an invalid output. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

const maxFactsLength = 64 * 1024;
/** Maximum length of postings returned as a string, in characters. Must be at least `maxInlineLength` in `formats/postings-file.ts`. */
const maxPostingsLength = 2 ** 17;
const chunkBytes = 2 ** 20;
let hashBuffer: Buffer | undefined;

/**
 * Checks a module's return value, and computes the size and checksum of the output file. Also returns the content if the file is not empty
 * and has at most `maxContentBytes`. Synchronous, because the process has nothing else to do, and synchronous calls are ten times as fast
 * for small files.
 *
 * @throws `OutputError` if the output is invalid.
 */
export function checkOutput(
  output: unknown,
  scratch: string,
  { maxBytes, maxContentBytes = 0 }: { readonly maxBytes: number; readonly maxContentBytes?: number | undefined },
): RunnerResult {
  if (!isRecord(output) || typeof output['path'] !== 'string') {
    throw new OutputError('The module returned no output file. Return `{ path, facts }`.');
  }
  const { path, facts, postings, postingsPath, snippetsPath } = output;
  const checked = withScratchFile(scratch, path, (file, realPath) => {
    const { size } = fstatSync(file);
    if (size > maxBytes) throw new OutputError(`The module returned ${size} bytes, but the limit is ${maxBytes}.`);
    if (size > 0 && size <= maxContentBytes) return { path: realPath, ...readAll(file, size) };
    return { path: realPath, ...hashFile(file) };
  });
  return {
    ...checked,
    facts: checkFacts(facts),
    ...(typeof postings === 'string' && { postings: checkPostings(postings) }),
    ...(typeof postingsPath === 'string' && { postingsPath: checkPath(scratch, postingsPath) }),
    ...(typeof snippetsPath === 'string' && { snippetsPath: checkPath(scratch, snippetsPath) }),
  };
}

function checkPostings(postings: string): string {
  if (postings.length <= maxPostingsLength) return postings;
  throw new OutputError(
    `The module returned postings of ${postings.length} characters, but the limit is ${maxPostingsLength}.`,
  );
}

function checkPath(scratch: string, path: string): string {
  return withScratchFile(scratch, path, (_file, realPath) => realPath);
}

function withScratchFile<T>(scratch: string, path: string, work: (file: number, realPath: string) => T): T {
  const realPath = resolveInScratch(scratch, path);
  // without O_NONBLOCK, opening a named pipe would block until a writer opens it
  const file = openSync(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new OutputError('The module returned a path that is not a regular file.');
    if (stats.nlink !== 1) throw new OutputError('The module returned a file that has other hard links.');
    return work(file, realPath);
  } finally {
    closeSync(file);
  }
}

/** Returns the real path of a file. @throws `OutputError` if the file is not inside the scratch directory. */
function resolveInScratch(scratch: string, path: string): string {
  let realPath: string;
  try {
    realPath = realpathSync(resolve(scratch, path));
  } catch {
    throw new OutputError('The module returned a path that does not exist.');
  }
  if (!realPath.startsWith(realpathSync(scratch) + sep)) {
    throw new OutputError('The module returned a file outside its scratch directory.');
  }
  return realPath;
}

function readAll(file: number, size: number): { content: Buffer; bytes: number; sha256: string } {
  const content = Buffer.allocUnsafeSlow(size);
  const bytes = readSync(file, content, 0, size, 0);
  if (bytes < size) throw new OutputError(`The module truncated its output to ${bytes} bytes after it had returned.`);
  return { content, bytes, sha256: createHash('sha256').update(content).digest('hex') };
}

function hashFile(file: number): { bytes: number; sha256: string } {
  hashBuffer ??= Buffer.allocUnsafeSlow(chunkBytes);
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const bytesRead = readSync(file, hashBuffer, 0, chunkBytes, null);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    hash.update(hashBuffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}

/**
 * Returns `facts` as plain JSON data. The length of the JSON is limited, because the server stores it.
 *
 * @throws `OutputError` if `facts` is not a JSON object, or is too long.
 */
function checkFacts(facts: unknown): ModuleFacts {
  const text = stringify(facts ?? {});
  if (text === undefined) throw new OutputError('The module returned facts that are not JSON.');
  if (text.length > maxFactsLength) {
    throw new OutputError(
      `The module returned facts of ${text.length} characters, but the limit is ${maxFactsLength}.`,
    );
  }
  const plain: unknown = JSON.parse(text);
  if (!isRecord(plain)) throw new OutputError('The module returned facts that are not an object.');
  return plain as ModuleFacts;
}

/** Returns a value as JSON, or `undefined` if JSON cannot represent it. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
