import { describe, expect, it } from 'vitest';
import type { Json } from 'millrace/shared/types/json.js';
import { runModule } from './run-module.js';

async function parse(
  text: string,
  params: Record<string, Json> = {},
): Promise<{ snippet: string; line_numbers: number[] }[]> {
  const { text: json } = await runModule('parser', text, { model: 'fixed', params });
  return JSON.parse(json) as { snippet: string; line_numbers: number[] }[];
}

describe('the model fixed', () => {
  it('splits a text into windows of chunk_size words that overlap by overlap_size words', async () => {
    const text = 'one two three\n\nfour   five\tsix\nseven eight nine';
    expect(await parse(text, { chunk_size: 4, overlap_size: 1 })).toEqual([
      { snippet: 'one two three four', line_numbers: [1, 3] },
      { snippet: 'four five six seven', line_numbers: [3, 4] },
      { snippet: 'seven eight nine', line_numbers: [4] },
    ]);
  });

  it('stops at the window that reaches the last word', async () => {
    const snippets = await parse('a b c d e f g', { chunk_size: 4, overlap_size: 1 });
    expect(snippets.map(({ snippet }) => snippet)).toEqual(['a b c d', 'd e f g']);
  });

  it('returns one snippet for fewer words than chunk_size', async () => {
    expect(await parse('only\nthree words')).toEqual([{ snippet: 'only three words', line_numbers: [1, 2] }]);
  });

  it('has a default chunk_size of 10 and overlap_size of 4', async () => {
    const words = Array.from({ length: 17 }, (_, i) => `w${i}`);
    const snippets = await parse(words.join(' '));
    expect(snippets.map(({ snippet }) => snippet.split(' '))).toEqual([
      words.slice(0, 10),
      words.slice(6, 16),
      words.slice(12),
    ]);
  });

  it("splits words at Python's white space, which does not include a byte order mark", async () => {
    expect(await parse('\ufeffa\x1cb\x85c\u3000d\u200be')).toEqual([
      { snippet: '\ufeffa b c d\u200be', line_numbers: [1] },
    ]);
  });

  it('writes indented JSON, as the recorded outputs are', async () => {
    const { text, output } = await runModule('parser', 'a b c', {
      model: 'fixed',
      params: { chunk_size: 2, overlap_size: 1 },
    });
    expect(text).toBe(`[
    {
        "snippet": "a b",
        "line_numbers": [
            1
        ]
    },
    {
        "snippet": "b c",
        "line_numbers": [
            1
        ]
    }
]`);
    expect(output.facts).toEqual({ num_lines: 2 });
  });

  it('returns an empty list for a text without words', async () => {
    expect((await runModule('parser', ' \n ', { model: 'fixed' })).text).toBe('[]');
  });

  it.for<[Record<string, Json>, string]>([
    [{ chunk_size: 1 }, 'parameter chunk_size to be a whole number from 2 to 10000, got 1.'],
    [{ chunk_size: 10_001 }, 'got 10001.'],
    [{ chunk_size: 9.5 }, 'got 9.5.'],
    [{ chunk_size: '9' }, 'got "9".'],
    [
      { overlap_size: 0 },
      'parameter overlap_size to be a whole number from 1 to 9 (it must be less than chunk_size), got 0',
    ],
    [{ chunk_size: 6, overlap_size: 6 }, 'from 1 to 5 (it must be less than chunk_size), got 6.'],
    [{ chunk_size: 4 }, 'from 1 to 3 (it must be less than chunk_size), got 4.'],
    [{ chunk_size: 10, overlap_size: [4] }, 'got an array of 1.'],
  ])('rejects %j', async ([params, message]) => {
    await expect(parse('a b c', params)).rejects.toThrow(message);
  });
});
