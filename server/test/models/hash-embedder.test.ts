import { describe, expect, it } from 'vitest';
import { hashEmbedder } from '../../src/models/builtin/hash-embedder.js';

const passages = [
  'The tenant shall give three months written notice before leaving the house.',
  'Rent is due on the first day of every month and is paid by bank transfer.',
  'The landlord repairs the roof, the heating and the water pipes.',
  'Pets may be kept with the consent of the neighbours.',
  'El inquilino paga la fianza antes de recibir las llaves del molino.',
  '家賃は毎月一日に銀行振込で支払う。',
];

async function vectorOf(text: string): Promise<Float32Array> {
  const [vector] = await hashEmbedder.embed([text]);
  return vector!;
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

async function nearest(query: string): Promise<number> {
  const [asked, ...vectors] = await hashEmbedder.embed([query, ...passages]);
  const likeness = vectors.map((vector) => cosine(asked!, vector));
  return likeness.indexOf(Math.max(...likeness));
}

describe('builtin-hash-384', () => {
  it.each([
    ['notice', 0],
    ['when is the rent due?', 1],
    ['who repairs heatings', 2],
    ['neighbor pets', 3],
    ['FIANZA DEL MOLINO', 4],
    ['銀行振込', 5],
  ])('finds by "%s" the passage with those words', async (query, expected) => {
    expect(await nearest(query)).toBe(expected);
  });

  it('gives little weight to words that say nothing', async () => {
    const [asked, rent, worries] = await hashEmbedder.embed([
      'How much is the monthly rent?',
      'The rent is 650 euros, payable on the first day of each month.',
      'She worries too much.',
    ]);
    expect(cosine(asked!, rent!)).toBeGreaterThan(cosine(asked!, worries!) + 0.1);
  });

  it('finds words whatever their accents and their form', async () => {
    const same = await vectorOf('El sillón está vacío');
    expect(cosine(await vectorOf('el sillon esta vacio'), same)).toBeCloseTo(1, 5);
    expect(cosine(await vectorOf('El sillo\u0301n esta\u0301 vaci\u0301o'), same)).toBeCloseTo(1, 5);
  });

  it('gives 384 numbers of length 1 for anything, the same every time and for any neighbours', async () => {
    for (const text of ['', '   ', '?!', 'a', '😀😀', 'x'.repeat(100_000), 'the of and', ...passages]) {
      const vector = await vectorOf(text);
      expect(vector).toHaveLength(384);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      const [, among] = await hashEmbedder.embed(['something else', text]);
      expect(among).toEqual(vector);
    }
  });

  it('keeps its numbers from version to version: stored vectors are compared with new ones', async () => {
    const vector = await vectorOf('The mill stands by the river.');
    const largest = [...vector.entries()].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, 3);
    expect(largest.map(([i, value]) => [i, Number(value.toFixed(4))])).toMatchInlineSnapshot(`
      [
        [
          341,
          0.3109,
        ],
        [
          55,
          0.2541,
        ],
        [
          75,
          0.2541,
        ],
      ]
    `);
  });
});
