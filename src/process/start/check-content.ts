import type { ModuleDefinition } from '../../shared/modules/catalogue.js';
import { extensionOf } from '../../shared/rules/extension.js';
import { checkTextSize } from '../../shared/rules/file-size.js';
import type { Limits } from '../../shared/types/limits.js';
import type { FileSource } from './file-source.js';
import { findItemFault } from './json-items.js';

/** Larger JSON is left to the server: it would have to be held in memory as a whole here. */
const largestJson = 64 * 2 ** 20;

/**
 * Looks into a file for what would make the first module refuse it, as far as that can be seen without working on it.
 *
 * @returns A sentence, or nothing. A stream is not looked into: it could not be sent afterwards.
 */
export async function checkContent(
  source: FileSource,
  fileName: string,
  first: ModuleDefinition,
  limits: Limits,
): Promise<string | undefined> {
  if (!source.repeatable) return undefined;
  switch (extensionOf(fileName)) {
    case '.txt':
      return limits.textWords > 0 || limits.textLines !== null ? checkText(source, limits) : undefined;
    case '.json':
      return first.input === 'json' && (source.size ?? 0) <= largestJson ? checkItems(source, limits) : undefined;
    case '.jpg':
    case '.jpeg':
    case '.png':
      return isImage(await readStart(source, 8)) ? undefined : `Expected ${source.label} to be a JPEG or a PNG inside`;
    case '.npy':
      return (await readStart(source, 6)).equals(npyMagic)
        ? undefined
        : `Expected ${source.label} to be a NumPy array inside`;
    default:
      return undefined;
  }
}

async function checkText(source: FileSource, limits: Limits): Promise<string | undefined> {
  const text = decode(await readAll(source));
  if (text === undefined) return `Expected ${source.label} to be in UTF-8, got another encoding`;
  return checkTextSize({ words: text.match(/\S+/g)?.length ?? 0, lines: text.split('\n').length }, limits);
}

async function checkItems(source: FileSource, limits: Limits): Promise<string | undefined> {
  const text = decode(await readAll(source));
  if (text === undefined) return `Expected ${source.label} to be in UTF-8, got another encoding`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `Expected ${source.label} to be JSON, got something else: ${(error as Error).message}`;
  }
  return findItemFault(value, source.label, limits);
}

const npyMagic = Buffer.from('\x93NUMPY', 'latin1');

function isImage(start: Buffer): boolean {
  return start.subarray(0, 3).toString('hex') === 'ffd8ff' || start.toString('hex') === '89504e470d0a1a0a';
}

async function readStart(source: FileSource, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.open()) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bytes);
}

async function readAll(source: FileSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `undefined` when it is not UTF-8. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
