import type { Lane, Span } from './lanes.js';

/** Converts times to positions on the tracks, and positions to times. Long idle times are folded to a narrow width. */
export interface TimeScale {
  /** Returns a position from 0 (left edge) to 1 (right edge); less or more for a time outside the span. */
  readonly placeOf: (time: number) => number;
  readonly timeAt: (place: number) => number;
  /** The folded idle times. */
  readonly folds: readonly Span[];
}

/** The maximum length of an idle time that is not folded, as a fraction of the span. */
const maxIdle = 0.2;
/** The width of a folded idle time, as a fraction of the track. */
const foldedWidth = 0.03;

interface Piece extends Span {
  /** The left edge and the width of the piece, as fractions of the track. */
  readonly left: number;
  readonly width: number;
}

export function timeScale(span: Span, lanes: readonly Lane[], now: number): TimeScale {
  const length = span.to - span.from;
  const folds = idleTimes(span, lanes, now).filter(({ from, to }) => to - from > maxIdle * length);
  const pieces = toPieces(span, folds);
  const pieceOf = (isPast: (piece: Piece) => boolean): Piece =>
    pieces.findLast(isPast) ?? pieces[0] ?? { ...span, left: 0, width: 1 };
  return {
    placeOf: (time) => {
      const { from, to, left, width } = pieceOf((piece) => piece.from <= time);
      return left + (width * (time - from)) / (to - from);
    },
    timeAt: (place) => {
      const { from, to, left, width } = pieceOf((piece) => piece.left <= place);
      return from + ((to - from) * (place - left)) / width;
    },
    folds,
  };
}

/** Returns the times inside the span in which no lane works. */
function idleTimes(span: Span, lanes: readonly Lane[], now: number): Span[] {
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
  // without any work, nothing is folded
  if (work.length > 0 && busyUntil < span.to) idle.push({ from: busyUntil, to: span.to });
  return idle;
}

function toPieces(span: Span, folds: readonly Span[]): Piece[] {
  const edges = [span.from, ...folds.flatMap(({ from, to }) => [from, to]), span.to];
  const folded = folds.reduce((sum, { from, to }) => sum + to - from, 0);
  const perMs = (1 - foldedWidth * folds.length) / (span.to - span.from - folded || 1);
  let left = 0;
  return edges.slice(1).flatMap((to, index) => {
    const from = edges[index] ?? to;
    if (to <= from) return [];
    // every second piece is folded
    const width = index % 2 === 1 ? foldedWidth : (to - from) * perMs;
    const piece = { from, to, left, width };
    left += width;
    return [piece];
  });
}
