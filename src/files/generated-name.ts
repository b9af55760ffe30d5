import { randomInt } from 'node:crypto';
import type { Limits } from '../types/limits.js';

/**
 * A name for a file whose user gave none: the local one, so that it is known again in a list, with ten random letters, so that
 * processing it twice is no conflict.
 */
export function generateFileName(localName: string, extension: string, limits: Limits): string {
  const letters = Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26))).join('');
  const ending = `-${letters}${extension}`;
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
