import { describe, expect, it } from 'vitest';
import { splitText } from '../../src/models/split-text.js';

const countCharacters = (text: string): number => text.length;
/** Counts words as a tokenizer does that adds two tokens. */
const countTokens = (text: string): number => (text.match(/\S+/g) ?? []).length + 2;

describe('a text that is longer than a window', () => {
  it.for<[name: string, text: string, max: number, size: (text: string) => number]>([
    ['sentences', 'The mill turns all day. It stops at night! Does it? '.repeat(50), 60, countCharacters],
    ['sentences of another script', '水車は回る。夜は止まる。'.repeat(80), 20, countCharacters],
    ['lines without a full stop', 'one line of it\n'.repeat(90), 40, countCharacters],
    ['words without a full stop', 'word '.repeat(500), 9, countTokens],
    ['one word', 'x'.repeat(10_000), 16, countCharacters],
    ['white space', ' '.repeat(3000), 100, countCharacters],
  ])('is split into parts that fit, and that join to the text: %s', ([, text, max, size]) => {
    const pieces = splitText(text, max, size);
    expect(pieces.join('')).toBe(text);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(size(piece)).toBeLessThanOrEqual(max);
  });

  it('is split after a sentence if possible, and otherwise after a word', () => {
    expect(splitText('He sat by the mill. It turned.', 25, countCharacters)).toEqual([
      'He sat by the mill. ',
      'It turned.',
    ]);
    expect(splitText('by the mill that turned', 15, countCharacters)).toEqual(['by the mill ', 'that turned']);
  });

  it('is never split within a character', () => {
    const pieces = splitText('🌊'.repeat(33), 7, countCharacters);
    expect(pieces.join('')).toBe('🌊'.repeat(33));
    for (const piece of pieces) expect(piece).not.toMatch(/\p{Surrogate}/u);
  });

  it('is not split if it fits exactly', () => {
    expect(splitText('a b c', 5, countCharacters)).toEqual(['a b c']);
    expect(splitText('', 5, countCharacters)).toEqual(['']);
  });
});
