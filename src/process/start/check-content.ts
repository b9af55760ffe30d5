import { TextDecoder } from 'node:util';
import type { ModuleDefinition } from '../../shared/modules/module-definition.js';
import { kindFromFileName } from '../../shared/modules/file-kinds.js';
import { detectBinaryKind, sampleLength } from '../../shared/rules/files/binary-start.js';
import { findImageFormat, imageFormatNames, imageHeaderLength } from '../../shared/rules/files/image-start.js';
import { extensionOf } from '../../shared/rules/files/file-name.js';
import { checkTextSize } from '../../shared/rules/files/file-size.js';
import { describeExpectedFile } from '../../shared/rules/files/file-type.js';
import { describeMissingKey, findTextKey, parseItems, textKeys } from '../../shared/rules/json-items.js';
import { isObject, formatValue } from '../../shared/rules/format-value.js';
import type { Limits } from '../../shared/types/limits.js';
import type { FileSource } from './file-source.js';

/**
 * Maximum size of a JSON file to check here, in bytes. The check reads the whole file into memory, so only the server checks larger files.
 */
const maxJsonBytes = 64 * 2 ** 20;

/** The hosted service's limit for a key in a JSON item, in characters. */
const maxKeyLength = 255;
/** The hosted service's limit for a string in a JSON item, in words. */
const maxWords = 255;

/**
 * Checks a file for content that the first module would reject. Does not check streams, because they can be read only once.
 *
 * @returns An error message, or `undefined` if no problem was found.
 */
export async function checkContent(
  source: FileSource,
  fileName: string,
  firstModule: ModuleDefinition,
  limits: Limits,
): Promise<string | undefined> {
  if (!source.isRepeatable) return undefined;
  switch (extensionOf(fileName)) {
    case '.txt':
      return limits.textWords > 0 || limits.textLines !== null ? checkText(source, limits) : undefined;
    case '.json':
    case '.jsonl':
    case '.ndjson':
      return firstModule.input === 'json' && (source.size ?? 0) <= maxJsonBytes
        ? checkItems(source, limits)
        : undefined;
    case '.npy':
      return (await readStart(source, 6)).equals(npyMagic)
        ? undefined
        : `Expected ${source.label} to contain a NumPy array`;
    default:
      return kindFromFileName(fileName)?.format === 'image' ? checkImage(source, limits) : undefined;
  }
}

/** Checks the format of an image by its content. @returns An error message, or `undefined` if the server supports the format. */
async function checkImage(source: FileSource, limits: Limits): Promise<string | undefined> {
  const format = findImageFormat(await readStart(source, imageHeaderLength));
  if (!isHosted(limits)) {
    const formats = `${Object.values(imageFormatNames).slice(0, -1).join(', ')} or ${imageFormatNames.avif}`;
    return format ? undefined : `Expected ${source.label} to contain an image (${formats})`;
  }
  const isSupported = format === 'jpeg' || format === 'png';
  return isSupported ? undefined : `Expected ${source.label} to contain a JPEG or PNG image`;
}

/**
 * Checks that a file looks like text, or like a document that the server recognizes by its content. Does not check streams, or files whose
 * extension indicates a binary format or a format that the server converts to text.
 *
 * @returns An error message, or `undefined` if no problem was found.
 */
export async function checkIsText(source: FileSource, fileName: string, limits: Limits): Promise<string | undefined> {
  const kind = kindFromFileName(fileName);
  const canBeBinary = kind ? !kind.isPlainText : limits.extensions.text.includes(extensionOf(fileName));
  if (!source.isRepeatable || canBeBinary) return undefined;
  const start = await readStart(source, sampleLength);
  const binaryFormat = looksLikeDocument(start) ? undefined : detectBinaryKind(start);
  if (binaryFormat === undefined) return undefined;
  const hint = binaryFormat === 'an RTF document' ? '. Save it as docx, PDF or plain text' : '';
  return kind
    ? `Expected ${source.label} to be text, got what looks like ${binaryFormat}${hint}`
    : `${describeExpectedFile('text', limits)}, got ${formatValue(fileName)}, which looks like ${binaryFormat}`;
}

/** Returns whether a file starts with the signature of a PDF document or a ZIP archive, such as a docx document. */
function looksLikeDocument(start: Buffer): boolean {
  return ['%PDF-', 'PK\x03\x04'].some((signature) => start.toString('latin1', 0, signature.length) === signature);
}

async function checkText(source: FileSource, limits: Limits): Promise<string | undefined> {
  const text = decode(await readAll(source));
  if (text === undefined) return `Expected ${source.label} to be encoded as UTF-8`;
  return checkTextSize({ words: text.match(/\S+/g)?.length ?? 0, lines: text.split('\n').length }, limits);
}

async function checkItems(source: FileSource, limits: Limits): Promise<string | undefined> {
  const text = decode(await readAll(source));
  if (text === undefined) return `Expected ${source.label} to be encoded as UTF-8`;
  let value: unknown;
  try {
    value = isHosted(limits) ? JSON.parse(text) : parseItems(text);
  } catch (error) {
    return `Expected ${source.label} to be valid JSON: ${(error as Error).message}`;
  }
  return findItemProblem(value, source.label, limits);
}

/**
 * Returns an error message if a JSON input is not a non-empty array of objects with text, or if the server is the hosted service and an
 * item violates its limits.
 */
function findItemProblem(value: unknown, label: string, limits: Limits): string | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    const got = Array.isArray(value) ? 'an empty array' : formatValue(value);
    return `Expected ${label} to be a non-empty JSON array of objects, got ${got}`;
  }
  const keys = isHosted(limits) ? textKeys.slice(0, 1) : textKeys;
  const firstItem: unknown = value[0];
  const key = findTextKey(firstItem, keys) ?? 'snippet';
  if (isObject(firstItem) && !isHosted(limits) && !Object.hasOwn(firstItem, key)) {
    return `Expected item 0 of ${label} to have ${describeMissingKey(firstItem, keys)}`;
  }
  for (const [index, item] of value.entries()) {
    const itemLabel = `item ${index} of ${label}`;
    if (!isObject(item)) return `Expected ${itemLabel} to be an object, got ${formatValue(item)}`;
    const text = Object.hasOwn(item, key) ? item[key] : undefined;
    if (typeof text !== 'string')
      return `Expected ${itemLabel} to have a string under "${key}", got ${formatValue(text)}`;
    const violation = isHosted(limits) ? describeLimitViolation(item) : undefined;
    if (violation !== undefined) return `Expected ${itemLabel} to have ${violation}`;
  }
  return undefined;
}

/** Returns whether the limits are those of the hosted service. */
function isHosted(limits: Limits): boolean {
  return limits.characters === 'ascii-lower-case';
}

/**
 * Describes how an item violates the hosted service's limits, as a phrase that follows "Expected … to have". Returns `undefined` if the
 * item is within the limits.
 */
function describeLimitViolation(item: Record<string, unknown>): string | undefined {
  for (const [key, value] of Object.entries(item)) {
    if (key.length > maxKeyLength) return `keys of at most ${maxKeyLength} characters, got ${key.length}`;
    if (typeof value !== 'string') continue;
    const words = value.match(/\S+/g)?.length ?? 0;
    if (words < 1 || words > maxWords) return `1 to ${maxWords} words under ${formatValue(key)}, got ${words}`;
  }
  return undefined;
}

const npyMagic = Buffer.from('\x93NUMPY', 'latin1');

async function readStart(source: FileSource, byteCount: number): Promise<Buffer> {
  if (source.load) return (await source.load()).subarray(0, byteCount);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.open()) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= byteCount) break;
  }
  return Buffer.concat(chunks).subarray(0, byteCount);
}

async function readAll(source: FileSource): Promise<Buffer> {
  if (source.load) return source.load();
  const chunks: Buffer[] = [];
  for await (const chunk of source.open()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Returns the decoded text, or `undefined` if the bytes are not valid UTF-8. */
function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
