import { createHash } from 'node:crypto';
import type { Limits } from '../../shared/types/limits.js';

/**
 * A name for a file whose user gave none: the local one, so that it is known again in a list, with ten letters more, so that
 * processing it twice is no conflict.
 *
 * @param idempotencyKey The letters are taken from it: a call that is repeated under its key, by another process too, has to
 * ask for the same thing, or a server refuses the key.
 */
export function generateFileName(localName: string, extension: string, limits: Limits, idempotencyKey: string): string {
  const digest = createHash('sha256').update(idempotencyKey).digest();
  const letters = Array.from({ length: 10 }, (_, i) => String.fromCharCode(97 + (digest.readUInt16BE(2 * i) % 26)));
  const ending = `-${letters.join('')}${extension}`;
  const stem = clean(localName.slice(0, localName.length - extension.length), limits);
  const room = Math.max(0, limits.fileNameLength - ending.length);
  return `${Array.from(stem).slice(0, room).join('').trim() || 'file'}${ending}`;
}

function clean(stem: string, limits: Limits): string {
  const text = stem.replace(/[\p{Cc}\p{Cs}/*]/gu, '');
  if (limits.characters === 'any') return text;
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 _,.-]/g, '')
    .toLowerCase();
}
