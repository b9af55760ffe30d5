import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ValidationError } from '../errors/validation-error.js';
import type { FileInput, FileMetadata } from '../shared/types/file-input.js';
import type { ManyItem } from '../shared/types/many-files.js';

/** One file of a batch, and what the manifest calls it. */
export interface BatchItem {
  readonly key: string;
  readonly file: FileInput;
  readonly metadata: FileMetadata;
}

/** @throws `ValidationError` when two files have one key, or one has none. */
export function describeItem(given: FileInput | ManyItem, taken: Set<string>): BatchItem {
  const { file, key, ...metadata } = isManyItem(given) ? given : { file: given, key: undefined };
  const name = key ?? keyOf(file);
  if (name === undefined) {
    throw fault('Expected bytes and nameless Blobs to come as { file, key, fileName }, got no key', taken.size);
  }
  if (taken.has(name)) throw fault(`Expected every file to have a key of its own, got '${name}' twice`, taken.size);
  taken.add(name);
  return { key: name, file, metadata };
}

/** By which a changed file is known, where that can be seen. */
export async function measure(file: FileInput): Promise<{ size?: number; mtimeMs?: number }> {
  if (file instanceof Blob) return { size: file.size };
  if (file instanceof Uint8Array) return { size: file.byteLength };
  if (typeof file === 'string' || file instanceof URL) {
    const info = await stat(file).catch(() => undefined);
    return info ? { size: info.size, mtimeMs: info.mtimeMs } : {};
  }
  return file.size === undefined ? {} : { size: file.size };
}

function isManyItem(given: FileInput | ManyItem): given is ManyItem {
  return typeof given === 'object' && !(given instanceof Blob) && 'file' in given;
}

function keyOf(file: FileInput): string | undefined {
  if (typeof file === 'string') return shorten(file);
  if (file instanceof URL) return file.protocol === 'file:' ? shorten(fileURLToPath(file)) : file.href;
  if (file instanceof Uint8Array) return undefined;
  const name: unknown = file instanceof Blob ? (file as { name?: unknown }).name : file.fileName;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The same file has the same key however its path was written. */
function shorten(path: string): string {
  return relative('.', path).split(sep).join('/');
}

function fault(message: string, index: number): ValidationError {
  return new ValidationError([{ path: ['files', index], message }]);
}
