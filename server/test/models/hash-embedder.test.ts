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

async function embed(text: string): Promise<Float32Array> {
  const [vector] = await hashEmbedder.embed([text]);
  return vector!;
}

const cosine = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

async function findNearest(query: string): Promise<number> {
  const [queryVector, ...vectors] = await hashEmbedder.embed([query, ...passages]);
  const similarities = vectors.map((vector) => cosine(queryVector!, vector));
  return similarities.indexOf(Math.max(...similarities));
}

describe('builtin-hash-384', () => {
  it.each([
    ['notice', 0],
    ['when is the rent due?', 1],
    ['who repairs heatings', 2],
    ['neighbor pets', 3],
    ['FIANZA DEL MOLINO', 4],
    ['銀行振込', 5],
  ])('finds the passage with the words of "%s"', async (query, expected) => {
    expect(await findNearest(query)).toBe(expected);
  });

  it('gives little weight to common words', async () => {
    const [question, rent, worries] = await hashEmbedder.embed([
      'How much is the monthly rent?',
      'The rent is 650 euros, payable on the first day of each month.',
      'She worries too much.',
    ]);
    expect(cosine(question!, rent!)).toBeGreaterThan(cosine(question!, worries!) + 0.1);
  });

  it('ignores accents, case and Unicode normalization', async () => {
    const same = await embed('El sillón está vacío');
    expect(cosine(await embed('el sillon esta vacio'), same)).toBeCloseTo(1, 5);
    expect(cosine(await embed('El sillo\u0301n esta\u0301 vaci\u0301o'), same)).toBeCloseTo(1, 5);
  });

  it('returns the same 384 numbers of length 1 for any text, alone or in a batch', async () => {
    for (const text of ['', '   ', '?!', 'a', '😀😀', 'x'.repeat(100_000), 'the of and', ...passages]) {
      const vector = await embed(text);
      expect(vector).toHaveLength(384);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
      const [, among] = await hashEmbedder.embed(['something else', text]);
      expect(among).toEqual(vector);
    }
  });

  it('does not change between versions, since stored vectors are compared with new ones', async () => {
    const vector = await embed('The mill stands by the river.');
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
