import { combineVectors } from '../combine-pieces.js';
import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
import { createTextWindow } from './text-window.js';

/**
 * Creates an embedder with mean pooling and without normalization. The embedder processes one text at a time, because padding and
 * quantization would make each vector in a batch depend on the other texts.
 */
export function createLocalEmbedder(extract: PipelineFor<'embeddings'>): Models['embeddings'] {
  const window = createTextWindow(extract.tokenizer, extract.model.config);
  const embedPiece = async (piece: string): Promise<Float32Array> => {
    const tensor = await extract(piece, { pooling: 'mean', normalize: false });
    return Float32Array.from(tensor.data as Float32Array);
  };
  return {
    async embed(texts) {
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        const pieces = window.split(text);
        const pieceVectors: Float32Array[] = [];
        for (const piece of pieces) pieceVectors.push(await embedPiece(piece));
        vectors.push(combineVectors(pieceVectors, pieces.length > 1 ? pieces.map(window.countTokens) : [1]));
      }
      return vectors;
    },
  };
}
