import * as z from 'zod';
import type { Models } from '../../module-contract/model-interfaces.js';
import { createBlankTextVector } from '../blank-text-vector.js';
import { combineVectors } from '../combine-pieces.js';
import { mapInOrder } from '../map-in-order.js';
import { RefusedTextError } from '../refused-text.js';
import { splitText } from '../split-text.js';
import type { EndpointClient } from './endpoint-client.js';
import { encodeJson } from './request-body.js';

const schema = z.object({
  data: z.array(
    z.object({
      // some servers omit every index, omit only index 0, or always return 0
      index: z.int().min(0).nullish(),
      embedding: z.union([z.array(z.number()).min(1), z.base64().min(1)]),
    }),
  ),
});

const getLength = (text: string): number => text.length;
const isBlank = (text: string): boolean => text.trim() === '';

export function createEndpointEmbedder(client: EndpointClient, windowCharacters: number): Models['embeddings'] {
  let dimension: number | undefined;
  /** Number of texts that were split because they were too long for the model's context. */
  let splitCount = 0;
  const requestVectors = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const { data } = await client.send({
      path: 'embeddings',
      createBody: (refusedFeatures) =>
        encodeJson({
          model: client.model,
          input: texts.length === 1 && refusedFeatures.has('text list') ? texts[0] : texts,
          // without this field, some servers return base64
          ...(!refusedFeatures.has('encoding_format') && { encoding_format: 'float' }),
        }),
      optionalFeatures: {
        encoding_format: /encoding[_ ]?format/i,
        ...(texts.length === 1 && { 'text list': /\binput\b.*\b(string|list|array|str)\b/i }),
      },
      expected: 'an embeddings response',
      schema,
    });
    if (data.length !== texts.length)
      throw client.createRefusedTextError(`returned ${data.length} vectors for ${texts.length} texts`);
    const hasIndex = data.length > 1 && data.some(({ index }) => index != null);
    const sorted = hasIndex ? data.sort((a, b) => (a.index ?? 0) - (b.index ?? 0)) : data;
    if (hasIndex && sorted.some(({ index }, i) => (index ?? 0) !== i)) {
      throw client.createRefusedTextError('did not return one vector per text');
    }
    const vectors = sorted.map(({ embedding }) => toVector(embedding));
    for (const vector of vectors) {
      dimension ??= vector.length;
      if (vector.length !== dimension) {
        throw client.createEndpointError(
          `returned vectors of different lengths (${dimension} and ${vector.length}) for one file`,
        );
      }
      if (!vector.every(Number.isFinite)) throw client.createEndpointError('returned a vector with a non-finite value');
    }
    return vectors;
  };
  /**
   * Embeds texts in one request. If the endpoint refuses the request, halves the batch repeatedly, down to batches of one text. Splits a
   * text that the endpoint refuses as too long.
   */
  const embedBatch = async (texts: readonly string[]): Promise<Float32Array[]> => {
    try {
      return await requestVectors(texts);
    } catch (error) {
      if (!(error instanceof RefusedTextError)) throw error;
      const [text = ''] = texts;
      if (texts.length <= 1) {
        const smallerWindow = client.shrinkWindowIfTooLong(error, text);
        if (smallerWindow === undefined) throw error.withExcerpt(text);
        splitCount += 1;
        return [await embedPieces(splitText(text, smallerWindow, getLength))];
      }
      const previousSplitCount = splitCount;
      const half = Math.ceil(texts.length / 2);
      const vectors = [...(await embedBatch(texts.slice(0, half))), ...(await embedBatch(texts.slice(half)))];
      // both halves were accepted without splitting a text, so the batch had too many texts
      if (splitCount === previousSplitCount)
        client.learnedLimits.batchSize = Math.min(client.learnedLimits.batchSize, half);
      return vectors;
    }
  };
  /** Embeds the pieces of a text that is too long for the model's context, and combines their vectors. */
  const embedPieces = async (all: readonly string[]): Promise<Float32Array> => {
    const pieces = all.filter((piece) => !isBlank(piece));
    const vectors: Float32Array[] = [];
    for (const piece of pieces) vectors.push(...(await embedBatch([piece])));
    return combineVectors(vectors, pieces.map(getLength));
  };
  const embedAll = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = [];
    const batches = splitIntoBatches(texts, () => client.learnedLimits.batchSize);
    for await (const batch of mapInOrder(batches, client.concurrency, embedBatch)) vectors.push(...batch);
    return vectors;
  };
  return {
    concurrency: client.concurrency,
    async embed(texts) {
      const pieces = texts.map((text) =>
        splitText(text, Math.min(windowCharacters, client.learnedLimits.windowCharacters), getLength).filter(
          (piece) => !isBlank(piece),
        ),
      );
      const vectors = await embedAll(pieces.flat());
      // if all texts are blank, embed a placeholder to find out the dimension of the model's vectors
      if (dimension === undefined && texts.length > 0) await requestVectors(['.']);
      let next = 0;
      return pieces.map((parts) =>
        parts.length === 0
          ? createBlankTextVector(dimension ?? 1)
          : combineVectors(
              parts.map(() => vectors[next++] ?? new Float32Array()),
              parts.map(getLength),
            ),
      );
    },
  };
}

function* splitIntoBatches(texts: readonly string[], getBatchSize: () => number): Generator<readonly string[]> {
  let at = 0;
  while (at < texts.length) {
    const batch = texts.slice(at, at + getBatchSize());
    at += batch.length;
    yield batch;
  }
}

function toVector(embedding: readonly number[] | string): Float32Array {
  if (typeof embedding !== 'string') return Float32Array.from(embedding);
  const bytes = Buffer.from(embedding, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4));
}
