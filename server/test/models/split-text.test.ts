import { describe, expect, it } from 'vitest';
import { splitText } from '../../src/models/split-text.js';

const letters = (text: string): number => text.length;
/** As a tokenizer counts that adds two tokens of its own. */
const words = (text: string): number => (text.match(/\S+/g) ?? []).length + 2;

describe('a text that is longer than a window', () => {
  it.for<[what: string, text: string, max: number, size: (text: string) => number]>([
    ['sentences', 'The mill turns all day. It stops at night! Does it? '.repeat(50), 60, letters],
    ['sentences of another script', '水車は回る。夜は止まる。'.repeat(80), 20, letters],
    ['lines without a full stop', 'one line of it\n'.repeat(90), 40, letters],
    ['words without an end', 'word '.repeat(500), 9, words],
    ['one word', 'x'.repeat(10_000), 16, letters],
    ['white space', ' '.repeat(3000), 100, letters],
  ])('becomes pieces that fit, and that are the text: %s', ([, text, max, size]) => {
    const pieces = splitText(text, max, size);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(size(piece)).toBeLessThanOrEqual(max);
  });

  it('is cut behind a sentence before it is cut behind a word', () => {
    expect(splitText('He sat by the mill. It turned.', 25, letters)).toEqual(['He sat by the mill. ', 'It turned.']);
    expect(splitText('by the mill that turned', 15, letters)).toEqual(['by the mill ', 'that turned']);
  });

  it('is never cut within a letter', () => {
    const pieces = splitText('🌊'.repeat(33), 7, letters);
    expect(pieces.join('')).toBe('🌊'.repeat(33));
    for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
  });

  it('is left alone when it fits just so', () => {
    expect(splitText('a b c', 5, letters)).toEqual(['a b c']);
    expect(splitText('', 5, letters)).toEqual(['']);
  });
});
