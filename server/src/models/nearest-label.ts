import type { Label, Models } from '../module-contract/model-interfaces.js';
import { splitText } from './split-text.js';

/** Maximum length of the pieces into which a text is split, in characters. */
const maxPieceLength = 1000;
/** Maximum number of pieces to compare with the labels, evenly spaced in the text. */
const maxPieces = 200;
/** Maximum number of pieces to average for a label's similarity. The pieces nearest to the label are used. */
const maxNearestPieces = 3;
/** No label applies if the highest similarity is below this value. */
const minSimilarity = 0.05;
/** If several labels can be chosen, the minimum similarity of each additional label, as a fraction of the highest similarity. */
const minRelativeSimilarity = 0.8;

/**
 * Creates a classifier that chooses the label whose name and description are most similar to the text. With `allowsSeveral`, also chooses
 * labels that are almost as similar. A label's score is its margin over the most similar label that is not chosen.
 */
export function createNearestLabelClassifier(embeddings: Models['embeddings']): Models['classify'] {
  return {
    hasSimilarityScores: true,
    async classify(text, labels, { allowsSeveral }) {
      if (text.trim() === '') return [];
      const pieces = splitText(text, maxPieceLength, (piece) => piece.length).filter((piece) => piece.trim() !== '');
      const vectors = await embeddings.embed([...sampleEvenly(pieces, maxPieces), ...labels.map(describeLabel)]);
      const [pieceVectors, labelVectors] = [vectors.slice(0, -labels.length), vectors.slice(-labels.length)];
      const ranked = labels
        .map(({ name }, i) => ({ label: name, similarity: computeSimilarity(pieceVectors, labelVectors[i]) }))
        .sort((a, b) => b.similarity - a.similarity);
      const [best] = ranked;
      if (!best || best.similarity < minSimilarity) return [];
      const chosen = allowsSeveral
        ? ranked.filter((label) => label.similarity >= minRelativeSimilarity * best.similarity)
        : [best];
      const nextSimilarity = ranked.slice(chosen.length)[0]?.similarity ?? 0;
      return chosen.map(({ label, similarity }) => ({
        label,
        score: clampAndRound(similarity - Math.max(0, nextSimilarity)),
      }));
    },
  };
}

/** Returns at most `max` of the items, evenly spaced from the first to the last. */
function sampleEvenly<T>(items: readonly T[], max: number): readonly T[] {
  if (items.length <= max) return items;
  const chosen = new Set(Array.from({ length: max }, (_, i) => Math.round((i * (items.length - 1)) / (max - 1))));
  return items.filter((_, i) => chosen.has(i));
}

/** Returns the mean cosine similarity of the label and its nearest pieces. The rest of a long text is often irrelevant to the label. */
function computeSimilarity(pieceVectors: readonly Float32Array[], labelVector: Float32Array | undefined): number {
  if (!labelVector) return 0;
  const nearest = pieceVectors
    .map((vector) => computeCosine(vector, labelVector))
    .sort((a, b) => b - a)
    .slice(0, maxNearestPieces);
  return nearest.reduce((sum, value) => sum + value, 0) / Math.max(1, nearest.length);
}

const describeLabel = ({ name, description }: Label): string => `${name.replaceAll(/[-_]/g, ' ')}. ${description}`;

function computeCosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0;
    product += value * other;
    squareA += value * value;
    squareB += other * other;
  }
  return product / (Math.sqrt(squareA * squareB) || 1);
}

function clampAndRound(value: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
}
