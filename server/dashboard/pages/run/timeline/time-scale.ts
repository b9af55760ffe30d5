import type { Lane, Span } from './lanes.js';

/** Where a time lies between the edges of the tracks, and the other way round. Long times in which nothing worked are narrow. */
export interface TimeScale {
  /** 0 to 1; less or more outside the span. */
  readonly placeOf: (time: number) => number;
  readonly timeAt: (place: number) => number;
  /** The idle times that are narrow. */
  readonly folds: readonly Span[];
}

/** An idle time of more than this part of the whole is folded. */
const maxIdle = 0.2;
/** The width of a folded one. */
const foldedWidth = 0.03;

interface Piece extends Span {
  /** Its left edge and its width, as parts of the whole. */
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

/** The times inside the span in which no lane has work. */
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
  // without any work, the whole is one piece
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
    // between the edges, work and folds take turns
    const width = index % 2 === 1 ? foldedWidth : (to - from) * perMs;
    const piece = { from, to, left, width };
    left += width;
    return [piece];
  });
}
