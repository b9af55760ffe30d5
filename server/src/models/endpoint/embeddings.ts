import * as z from 'zod';
import { combineVectors } from '../combine-pieces.js';
import type { Models } from '../../module-contract/model-interfaces.js';
import { splitText } from '../split-text.js';
import type { EndpointClient } from './endpoint-client.js';

/** The number of texts per request. */
const batchSize = 32;

const response = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});

export function endpointEmbeddings(client: EndpointClient, model: string, window: number): Models['embeddings'] {
  let dimension: number | undefined;
  const embedBatch = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const { data } = await client.ask('an embeddings response', response, (openai, options) =>
      // the library defaults to base64, but endpoints that do not support it return empty vectors
      openai.embeddings.create({ model, input: [...texts], encoding_format: 'float' }, options),
    );
    if (data.length !== texts.length) throw client.refuse(`returned ${data.length} vectors for ${texts.length} texts`);
    const vectors = data.sort((a, b) => a.index - b.index).map(({ embedding }) => Float32Array.from(embedding));
    if (data.some(({ index }, i) => index !== i)) throw client.refuse('did not return one vector per text');
    for (const vector of vectors) {
      dimension ??= vector.length;
      if (vector.length !== dimension) {
        throw client.refuse(`returned vectors of different lengths (${dimension} and ${vector.length}) for one file`);
      }
      if (!vector.every(Number.isFinite)) throw client.refuse('returned a vector with a non-finite value');
    }
    return vectors;
  };
  return {
    async embed(texts) {
      const pieces = texts.map((text) => splitText(text, window, (piece) => piece.length));
      const all = pieces.flat();
      const vectors: Float32Array[] = [];
      for (let at = 0; at < all.length; at += batchSize) {
        vectors.push(...(await embedBatch(all.slice(at, at + batchSize))));
      }
      let next = 0;
      return pieces.map((parts) =>
        combineVectors(
          parts.map(() => vectors[next++] ?? new Float32Array()),
          parts.map((piece) => piece.length),
        ),
      );
    },
  };
}
