import type { Models } from '../../server/src/module-contract/model-interfaces.js';
import { hashEmbedder } from '../../server/src/models/builtin/hash-embedder.js';
import { missingSentenceEncoder, openSentenceEncoder } from '../../server/src/models/packages/sentence-encoder.js';
import { passages, questions } from '../../server/test/models/meaning.js';
import { show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';

/** Counts how many of 30 questions find their passage among 60, in other words, with the models that run without a hub. */
export async function meaning(): Promise<Result[]> {
  const what = '30 questions in other words over 60 passages, builtin-hash-384';
  const byWords = { what, measured: await measure(hashEmbedder) };
  const missing = missingSentenceEncoder();
  const model = what.replace('builtin-hash-384', 'universal-sentence-encoder-lite');
  if (missing !== undefined) return [byWords, { what: model, measured: 'not run: its packages are not installed' }];
  let encoder: Models['embeddings'] | undefined;
  const load = await time(async () => {
    encoder = await openSentenceEncoder();
  });
  const measured = encoder ? `${await measure(encoder)}; loads in ${show(load)} ms` : '';
  return [byWords, { what: model, measured }];
}

async function measure(model: Models['embeddings']): Promise<string> {
  let vectors: Float32Array[] = [];
  const ms = await time(async () => {
    vectors = await model.embed(passages);
  });
  const asked = await model.embed(questions.map(([question]) => question));
  const ranks = questions.map(([, passage], i) => {
    const likeness = vectors.map((vector) => cosine(vector, asked[i] ?? vector));
    return likeness.filter((value) => value > (likeness[passage] ?? 0)).length;
  });
  const within = (count: number) => ranks.filter((rank) => rank < count).length;
  return `the right passage is first ${within(1)} times, among the first three ${within(3)} times; ${show(ms / passages.length)} ms a text`;
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
