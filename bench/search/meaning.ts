import type { Models } from '../../server/src/module-contract/model-interfaces.js';
import { hashEmbedder } from '../../server/src/models/builtin/hash-embedder.js';
import {
  explainMissingSentenceEncoder,
  openSentenceEncoder,
} from '../../server/src/models/packages/sentence-encoder.js';
import { passages, questions } from '../../server/test/models/meaning.js';
import { show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';

/**
 * Counts for how many of 30 questions a model finds the right passage among 60. The passages are worded differently from the questions.
 * Tests only models that need no model hub.
 */
export async function meaning(): Promise<Result[]> {
  const what = '30 differently worded questions over 60 passages, builtin-hash-384';
  const hashResult = { what, measured: await measure(hashEmbedder) };
  const missing = explainMissingSentenceEncoder();
  const modelLabel = what.replace('builtin-hash-384', 'universal-sentence-encoder-lite');
  if (missing !== undefined)
    return [hashResult, { what: modelLabel, measured: 'not run: its packages are not installed' }];
  let encoder: Models['embeddings'] | undefined;
  const load = await time(async () => {
    encoder = await openSentenceEncoder();
  });
  const measured = encoder ? `${await measure(encoder)}; loads in ${show(load)} ms` : '';
  return [hashResult, { what: modelLabel, measured }];
}

async function measure(model: Models['embeddings']): Promise<string> {
  let vectors: Float32Array[] = [];
  const ms = await time(async () => {
    vectors = await model.embed(passages);
  });
  const questionVectors = await model.embed(questions.map(([question]) => question));
  const ranks = questions.map(([, passage], i) => {
    const similarities = vectors.map((vector) => cosine(vector, questionVectors[i] ?? vector));
    return similarities.filter((value) => value > (similarities[passage] ?? 0)).length;
  });
  const within = (count: number) => ranks.filter((rank) => rank < count).length;
  return `the right passage is first ${within(1)} times, among the first three ${within(3)} times; ${show(ms / passages.length)} ms per text`;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
