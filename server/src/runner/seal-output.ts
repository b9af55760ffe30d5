import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import type { ModuleFacts } from '../module-contract/module.js';
import type { RunnerResult } from './runner.js';

/** What a module gave back is not what the contract asks for. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

const longestFacts = 64 * 1024;
const chunkBytes = 2 ** 20;
let chunk: Buffer | undefined;

/**
 * Checks what a module gave back and measures its file, a chunk at a time. Synchronous: this process has nothing else to
 * do, and for a small file that is ten times faster.
 *
 * @throws `OutputError`
 */
export function sealOutput(output: unknown, scratch: string, maxBytes: number): RunnerResult {
  if (!isRecord(output) || typeof output['path'] !== 'string') {
    throw new OutputError('module gave back no output file. Expected `{ path, facts }`.');
  }
  const { path, facts, postingsPath, snippetsPath } = output;
  const sealed = openInside(scratch, path, (file, real) => {
    const { size } = fstatSync(file);
    if (size > maxBytes) throw new OutputError(`module gave back ${size} bytes; the limit is ${maxBytes}`);
    return { path: real, ...measure(file) };
  });
  return {
    ...sealed,
    facts: plainFacts(facts),
    ...(typeof postingsPath === 'string' && { postingsPath: realPath(scratch, postingsPath) }),
    ...(typeof snippetsPath === 'string' && { snippetsPath: realPath(scratch, snippetsPath) }),
  };
}

function realPath(scratch: string, path: string): string {
  return openInside(scratch, path, (_file, real) => real);
}

function openInside<T>(scratch: string, path: string, work: (file: number, real: string) => T): T {
  const real = resolveInside(scratch, path);
  // without O_NONBLOCK a named pipe would wait for a writer for ever
  const file = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw new OutputError('module gave back something that is not a regular file');
    if (facts.nlink !== 1)
      throw new OutputError('module gave back a file that has another name elsewhere (a hard link)');
    return work(file, real);
  } finally {
    closeSync(file);
  }
}

/** With every link followed, on both sides: what counts is where the file is. */
function resolveInside(scratch: string, path: string): string {
  let real: string;
  try {
    real = realpathSync(resolve(scratch, path));
  } catch {
    throw new OutputError('module gave back the path of a file that is not there');
  }
  if (!real.startsWith(realpathSync(scratch) + sep)) {
    throw new OutputError('module gave back a file outside its scratch directory');
  }
  return real;
}

function measure(file: number): { bytes: number; sha256: string } {
  chunk ??= Buffer.allocUnsafeSlow(chunkBytes);
  const hash = createHash('sha256');
  let bytes = 0;
  for (;;) {
    const read = readSync(file, chunk, 0, chunkBytes, null);
    if (read === 0) return { bytes, sha256: hash.digest('hex') };
    hash.update(chunk.subarray(0, read));
    bytes += read;
  }
}

/** Facts are for listings: JSON, and small, because the server's process reads them. */
function plainFacts(facts: unknown): ModuleFacts {
  let text: string;
  try {
    text = JSON.stringify(facts ?? {});
  } catch {
    throw new OutputError('module gave back facts that are not JSON');
  }
  if (text.length > longestFacts) {
    throw new OutputError(`module gave back facts of ${text.length} characters; the limit is ${longestFacts}`);
  }
  const plain: unknown = JSON.parse(text);
  if (!isRecord(plain)) throw new OutputError('module gave back facts that are not an object');
  return plain as ModuleFacts;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
