import type { Label, Models } from '../module-contract/model-interfaces.js';
import { splitText } from './split-text.js';

/** Maximum length of each piece of a text that is compared with the labels, in characters. */
const pieceLength = 1000;
/** Maximum number of pieces to compare, evenly spaced in the text. */
const maxPieces = 200;
/** Number of nearest pieces to average for a label's similarity. */
const nearestCount = 3;
/** Minimum cosine of the vectors of a text and its nearest label. Below this, no label applies. */
const minCosine = 0.05;
/** If several labels can be chosen, the minimum cosine of each further label, as a multiple of the nearest label's cosine. */
const minRatio = 0.8;

/**
 * Creates a classifier that chooses the label whose name and description are most similar to the text. A label's score is its margin over
 * the most similar label that is not chosen.
 */
export function createNearestLabelClassifier(embeddings: Models['embeddings']): Models['classify'] {
  return {
    hasSimilarityScores: true,
    async classify(text, labels, { several }) {
      if (text.trim() === '') return [];
      const pieces = splitText(text, pieceLength, (piece) => piece.length).filter((piece) => piece.trim() !== '');
      const vectors = await embeddings.embed([...sampleEvenly(pieces, maxPieces), ...labels.map(describeLabel)]);
      const [pieceVectors, labelVectors] = [vectors.slice(0, -labels.length), vectors.slice(-labels.length)];
      const ranked = labels
        .map(({ name }, i) => ({ label: name, cosine: computeSimilarity(pieceVectors, labelVectors[i]) }))
        .sort((a, b) => b.cosine - a.cosine);
      const [best] = ranked;
      if (!best || best.cosine < minCosine) return [];
      const chosen = several ? ranked.filter((label) => label.cosine >= minRatio * best.cosine) : [best];
      const nextCosine = ranked.slice(chosen.length)[0]?.cosine ?? 0;
      return chosen.map(({ label, cosine: similarity }) => ({
        label,
        score: roundScore(similarity - Math.max(0, nextCosine)),
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

/** Averages only the pieces nearest to the label, because the rest of a long text often says little about the label. */
function computeSimilarity(pieces: readonly Float32Array[], label: Float32Array | undefined): number {
  if (!label) return 0;
  const nearest = pieces
    .map((piece) => computeCosine(piece, label))
    .sort((a, b) => b - a)
    .slice(0, nearestCount);
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

function roundScore(value: number): number {
  return Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000;
}
