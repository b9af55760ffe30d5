import type { Lane, Span } from './lanes.js';

/** Converts between times and positions on the tracks. Folds long idle periods to a narrow width. */
export interface TimeScale {
  /** Returns the position of a time: from 0 (left edge) to 1 (right edge). A time outside the span is outside this range. */
  readonly positionOf: (time: number) => number;
  /** Returns the time at a position. */
  readonly timeAt: (position: number) => number;
  /** The folded idle periods. */
  readonly folds: readonly Span[];
}

/** Idle periods longer than this fraction of the span are folded. */
const foldThreshold = 0.2;
/** The width of a folded idle period, as a fraction of the track width. */
const foldedWidth = 0.03;

/** A part of the span with a constant scale. */
interface Piece extends Span {
  /** The left edge and the width of the piece, as fractions of the track width. */
  readonly left: number;
  readonly width: number;
}

export function createTimeScale(span: Span, lanes: readonly Lane[], now: number): TimeScale {
  const length = span.to - span.from;
  const folds = findIdleTimes(span, lanes, now).filter(({ from, to }) => to - from > foldThreshold * length);
  const pieces = toPieces(span, folds);
  const findPiece = (startsBefore: (piece: Piece) => boolean): Piece =>
    pieces.findLast(startsBefore) ?? pieces[0] ?? { ...span, left: 0, width: 1 };
  return {
    positionOf: (time) => {
      const { from, to, left, width } = findPiece((piece) => piece.from <= time);
      return left + (width * (time - from)) / (to - from);
    },
    timeAt: (position) => {
      const { from, to, left, width } = findPiece((piece) => piece.left <= position);
      return from + ((to - from) * (position - left)) / width;
    },
    folds,
  };
}

/** Returns the time ranges within the span during which no lane is working. */
function findIdleTimes(span: Span, lanes: readonly Lane[], now: number): Span[] {
  const work = lanes.flatMap(({ segments }) =>
    segments
      .filter(({ kind }) => kind !== 'waiting' && kind !== 'pause')
      .map(({ from, to }) => ({ from, to: to ?? now })),
  );
  const idle: Span[] = [];
  let busyUntil = span.from;
  for (const { from, to } of work.sort((a, b) => a.from - b.from)) {
    if (from >= span.to) break;
    if (from > busyUntil) idle.push({ from: busyUntil, to: from });
    busyUntil = Math.max(busyUntil, to);
  }
  // if no lane has worked yet, fold nothing
  if (work.length > 0 && busyUntil < span.to) idle.push({ from: busyUntil, to: span.to });
  return idle;
}

function toPieces(span: Span, folds: readonly Span[]): Piece[] {
  const edges = [span.from, ...folds.flatMap(({ from, to }) => [from, to]), span.to];
  const foldedMs = folds.reduce((sum, { from, to }) => sum + to - from, 0);
  const widthPerMs = (1 - foldedWidth * folds.length) / (span.to - span.from - foldedMs || 1);
  let left = 0;
  return edges.slice(1).flatMap((to, index) => {
    const from = edges[index] ?? to;
    if (to <= from) return [];
    // the pieces at odd indexes are the folds
    const width = index % 2 === 1 ? foldedWidth : (to - from) * widthPerMs;
    const piece = { from, to, left, width };
    left += width;
    return [piece];
  });
}
