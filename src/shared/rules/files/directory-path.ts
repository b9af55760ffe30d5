import type { Limits } from '../../types/limits.js';
import { countCharacters, describeInvalidCharacters } from '../characters.js';
import { formatRange, formatValue } from '../format-value.js';

const alphabet = { ascii: /^[A-Za-z0-9 _-]+$/, asciiDescription: 'ASCII letters, digits, spaces and `_ -`' };

/** Checks a symbolic directory path. It must be absolute and not below `/etc`. Only the root, `/`, can end with a slash. */
export function checkDirectoryPath(value: unknown, limits: Limits): string | undefined {
  const noun = 'a symbolic directory path';
  const message = checkShape(value, limits, noun);
  if (message !== undefined) return message;
  const path = value as string;
  if (path === '/') return undefined;
  if (path.endsWith('/')) return `Expected ${noun} not to end with '/', got ${formatValue(path)}`;
  return checkSegments(path.slice(1).split('/'), path, limits, noun) ?? checkEtc(path, noun);
}

/** Checks a directory pattern, which is a directory path that can end with `*`. */
export function checkDirectoryPattern(value: unknown, limits: Limits): string | undefined {
  const noun = 'a directory pattern';
  if (typeof value !== 'string' || !value.endsWith('*')) {
    return checkDirectoryPath(value, limits)?.replace('a symbolic directory path', noun);
  }
  const message = checkShape(value, limits, noun);
  if (message !== undefined) return message;
  const prefix = value.slice(0, -1);
  const segments = prefix.slice(1).split('/');
  // the segment before the `*` can be empty, as in `/*` and `/a/*`
  if (segments.at(-1) === '') segments.pop();
  return checkSegments(segments, value, limits, noun) ?? (value === '/etc/*' ? undefined : checkEtc(value, noun));
}

function checkShape(value: unknown, limits: Limits, noun: string): string | undefined {
  if (typeof value !== 'string') return `Expected ${noun} to be a string, got ${formatValue(value)}`;
  const length = countCharacters(value);
  if (length === 0 || length > limits.pathLength) {
    return `Expected ${noun} to be ${formatRange(1, limits.pathLength, 'character')} long, got ${length}`;
  }
  return value.startsWith('/') ? undefined : `Expected ${noun} to start with '/', got ${formatValue(value)}`;
}

function checkSegments(segments: string[], path: string, limits: Limits, noun: string): string | undefined {
  for (const [index, segment] of segments.entries()) {
    if (segment === '') return `Expected ${noun} not to contain two slashes in a row, got ${formatValue(path)}`;
    // `/.*` is valid, because its `.` is only the start of a name
    const isNameStart = index === segments.length - 1 && path.endsWith(`${segment}*`);
    if ((segment === '.' || segment === '..') && !isNameStart)
      return `Expected ${noun} not to contain '.' or '..', got ${formatValue(path)}`;
    const rule = describeInvalidCharacters(segment, limits, alphabet, /\*/);
    if (rule) return `Expected each part of ${noun} ${rule}, got ${formatValue(path)}`;
  }
  return undefined;
}

/** Rejects paths below `/etc`, the default directory, which can contain only files. */
function checkEtc(path: string, noun: string): string | undefined {
  return path.startsWith('/etc/') ? `Expected ${noun} not to be below /etc, got ${formatValue(path)}` : undefined;
}
