import type { Label, Models } from '../module-contract/model-interfaces.js';
import { splitText } from './split-text.js';

/** A long text is compared in pieces of so many characters. Of a longer one, so many pieces are compared, from all of it. */
const pieceLength = 1000;
const maxPieces = 200;
const nearestPieces = 3;
/** A label must be at least this near to a text, as the cosine of their vectors. Below it, nothing fits. */
const minCosine = 0.05;
/** With several labels, those that are at least this near, compared with the nearest one. */
const minRatio = 0.8;

/**
 * Classifies a text by the label whose name and description are nearest to it. The score is the margin: how much nearer it is than
 * the next one.
 */
export function nearestLabel(embeddings: Models['embeddings']): Models['classify'] {
  return {
    isNearest: true,
    async classify(text, labels, { several }) {
      if (text.trim() === '') return [];
      const pieces = splitText(text, pieceLength, (piece) => piece.length).filter((piece) => piece.trim() !== '');
      const vectors = await embeddings.embed([...sampleEvenly(pieces, maxPieces), ...labels.map(wordsOf)]);
      const [targets, ofLabels] = [vectors.slice(0, -labels.length), vectors.slice(-labels.length)];
      const ranked = labels
        .map(({ name }, i) => ({ label: name, cosine: likeness(targets, ofLabels[i]) }))
        .sort((a, b) => b.cosine - a.cosine);
      const [best] = ranked;
      if (!best || best.cosine < minCosine) return [];
      const near = several ? ranked.filter((label) => label.cosine >= minRatio * best.cosine) : [best];
      const rest = ranked.slice(near.length)[0]?.cosine ?? 0;
      return near.map(({ label, cosine: own }) => ({ label, score: roundScore(own - Math.max(0, rest)) }));
    },
  };
}

/** Returns at most so many of the items, from the first to the last, at equal distances. */
function sampleEvenly<T>(items: readonly T[], max: number): readonly T[] {
  if (items.length <= max) return items;
  const chosen = new Set(Array.from({ length: max }, (_, i) => Math.round((i * (items.length - 1)) / (max - 1))));
  return items.filter((_, i) => chosen.has(i));
}

/** Returns the mean cosine of the pieces that are nearest: most of a long text says little about its label. */
function likeness(pieces: readonly Float32Array[], label: Float32Array | undefined): number {
  if (!label) return 0;
  const nearest = pieces
    .map((piece) => cosine(piece, label))
    .sort((a, b) => b - a)
    .slice(0, nearestPieces);
  return nearest.reduce((sum, value) => sum + value, 0) / Math.max(1, nearest.length);
}

const wordsOf = ({ name, description }: Label): string => `${name.replaceAll(/[-_]/g, ' ')}. ${description}`;

function cosine(a: Float32Array, b: Float32Array): number {
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
