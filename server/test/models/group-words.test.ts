import { describe, expect, it } from 'vitest';
import { groupWords } from '../../src/models/transformers/group-words.js';

type TimedWord = readonly [text: string, start: number, end: number];

const toWord = ([text, start, end]: TimedWord) => ({ text, start, end, confidence: null });
const segment = (...spoken: TimedWord[]) => groupWords(spoken.map(toWord));
const texts = (...spoken: TimedWord[]): string[] => segment(...spoken).map(({ text }) => text);

describe('a segment', () => {
  it('starts and ends with its words, and has the spaces between them only in its text', () => {
    expect(segment([' The', 0.2, 0.4], [' mill', 0.4, 0.8], [' turns.', 0.8, 1.36], [' Listen', 1.5, 2])).toEqual([
      {
        text: ' The mill turns.',
        start: 0.2,
        end: 1.36,
        noSpeechProb: null,
        confidence: null,
        words: [
          { text: 'The', start: 0.2, end: 0.4, confidence: null },
          { text: 'mill', start: 0.4, end: 0.8, confidence: null },
          { text: 'turns.', start: 0.8, end: 1.36, confidence: null },
        ],
      },
      {
        text: ' Listen',
        start: 1.5,
        end: 2,
        noSpeechProb: null,
        confidence: null,
        words: [{ text: 'Listen', start: 1.5, end: 2, confidence: null }],
      },
    ]);
  });

  it.for<[name: string, first: string]>([
    ['a full stop', ' so.'],
    ['a question mark', ' so?'],
    ['a quotation mark after a full stop', ' so."'],
    ['an ellipsis', ' so…'],
    ['a Chinese full stop', '。'],
  ])('ends with %s', ([, first]) => {
    expect(texts([first, 0, 0.5], [' And', 0.5, 1], [' on', 1, 1.5])).toEqual([first, ' And on']);
  });

  it('continues after a number and a comma', () => {
    expect(texts([' At', 0, 0.2], [' 7.30,', 0.2, 0.9], [' then', 0.9, 1.2])).toEqual([' At 7.30, then']);
  });

  it('ends before a silence of more than a second', () => {
    expect(texts([' one', 0, 0.5], [' two', 1.5, 2], [' three', 3.01, 3.5])).toEqual([' one two', ' three']);
  });

  it('has at most 30 seconds without a pause', () => {
    const words = Array.from({ length: 65 }, (_, i): TimedWord => [` w${i}`, i, i + 1]);
    const segments = segment(...words);
    expect(segments.map(({ start, end }) => [start, end])).toEqual([[0, 30], [30, 60], [60, 65]]); // oxfmt-ignore
    expect(segments.map(({ text }) => text).join('')).toBe(words.map(([text]) => text).join(''));
  });

  it('needs at least one word', () => {
    expect(groupWords([])).toEqual([]);
  });
});
