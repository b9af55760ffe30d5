import { describe, expect, it } from 'vitest';
import { groupWords } from '../../src/models/transformers/group-words.js';

type Spoken = readonly [text: string, start: number, end: number];

const word = ([text, start, end]: Spoken) => ({ text, start, end, confidence: null });
const segment = (...spoken: Spoken[]) => groupWords(spoken.map(word));
const texts = (...spoken: Spoken[]): string[] => segment(...spoken).map(({ text }) => text);

describe('words with their times become segments', () => {
  it('that begin and end with their words, and have the blanks between them in their text alone', () => {
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

  it.for<[how: string, first: string]>([
    ['a full stop', ' so.'],
    ['a question', ' so?'],
    ['a quote that ends with its sentence', ' so."'],
    ['an ellipsis', ' so…'],
    ['a Chinese full stop', '。'],
  ])('that end with %s', ([, first]) => {
    expect(texts([first, 0, 0.5], [' And', 0.5, 1], [' on', 1, 1.5])).toEqual([first, ' And on']);
  });

  it('that go on behind a comma and a number', () => {
    expect(texts([' At', 0, 0.2], [' 7.30,', 0.2, 0.9], [' then', 0.9, 1.2])).toEqual([' At 7.30, then']);
  });

  it('that end where more than a second is silent', () => {
    expect(texts([' one', 0, 0.5], [' two', 1.5, 2], [' three', 3.01, 3.5])).toEqual([' one two', ' three']);
  });

  it('of at most half a minute where nobody takes a breath', () => {
    const words = Array.from({ length: 65 }, (_, i): Spoken => [` w${i}`, i, i + 1]);
    const segments = segment(...words);
    expect(segments.map(({ start, end }) => [start, end])).toEqual([[0, 30], [30, 60], [60, 65]]); // oxfmt-ignore
    expect(segments.map(({ text }) => text).join('')).toBe(words.map(([text]) => text).join(''));
  });

  it('of which there are none where nothing is said', () => {
    expect(groupWords([])).toEqual([]);
  });
});
