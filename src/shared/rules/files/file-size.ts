import type { Limits } from '../../types/limits.js';
import type { DataFormat } from '../../modules/module.js';

const MiB = 2 ** 20;

/** Checks the size of an input file against the limits for its format. */
export function checkFileSize(bytes: number, format: DataFormat, limits: Limits): string | undefined {
  const { min, max } = limits.fileBytes[format];
  if (bytes === 0) return 'Expected the file not to be empty';
  if (bytes < min) {
    return `Expected a file of at least ${formatBytes(min)}, the current minimum size allowable, got ${formatBytes(bytes)}`;
  }
  if (bytes > max) {
    return `Expected a file of at most ${formatBytes(max)}, the current maximum size allowable, got ${formatBytes(bytes)}`;
  }
  return undefined;
}

/** Checks the hosted service's size limit for `summarize`, which is lower than for other modules. Other servers have no such limit. */
export function checkSummarizeSize(bytes: number, limits: Limits): string | undefined {
  const max = MiB / 4;
  if (limits.characters === 'any' || bytes <= max) return undefined;
  return `Expected a text of at most ${formatBytes(max)} to summarize, the current maximum size allowable, got ${formatBytes(bytes)}`;
}

/** Checks the number of words and lines in a text. */
export function checkTextSize(counts: { words: number; lines: number }, limits: Limits): string | undefined {
  if (counts.words < limits.textWords) {
    return `Expected a text with at least ${limits.textWords} words, got ${counts.words}`;
  }
  if (limits.textLines !== null && counts.lines > limits.textLines) {
    return `Expected a text with at most ${limits.textLines} lines, got ${counts.lines}`;
  }
  return undefined;
}

/** Formats a size, such as `1.4 MiB`. Each unit is 1024 times the previous one. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  if (bytes < MiB) return `${formatNumber(bytes / 1024)} KiB`;
  if (bytes < 1024 * MiB) return `${formatNumber(bytes / MiB)} MiB`;
  return `${formatNumber(bytes / MiB / 1024)} GiB`;
}

function formatNumber(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, '');
}
