import { createHash } from 'node:crypto';
import type { Limits } from '../../shared/types/limits.js';

/**
 * Generates the file name for a call that does not set one: the local name, with ten letters before the extension and without the
 * characters that the server does not allow. The letters prevent a name conflict if the file is processed twice.
 *
 * @param extension The extension of the local name.
 * @param idempotencyKey Determines the letters, so that a retry has the same name. The server rejects a retry whose request differs.
 */
export function generateFileName(localName: string, extension: string, limits: Limits, idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest();
  const letters = Array.from({ length: 10 }, (_, i) => String.fromCharCode(97 + (digest.readUInt16BE(2 * i) % 26)));
  const ending = `-${letters.join('')}${extension}`;
  const stem = removeInvalidCharacters(localName.slice(0, localName.length - extension.length), limits);
  const maxStemLength = Math.max(0, limits.fileNameLength - ending.length);
  return `${Array.from(stem).slice(0, maxStemLength).join('').trim() || 'file'}${ending}`;
}

function removeInvalidCharacters(stem: string, limits: Limits): string {
  const text = stem.replace(/[\p{Cc}\p{Cs}/*]/gu, '');
  if (limits.characters === 'any') return text;
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 _,.-]/g, '')
    .toLowerCase();
}
