import type { Lane, TimeRange } from './lanes.js';

/** Converts between times and positions on the tracks. Maps long idle periods to narrow gaps. */
export interface TimeScale {
  /** Returns the position of a time: 0 at the left edge, 1 at the right edge, and below 0 or above 1 for a time outside the range. */
  readonly positionOf: (time: number) => number;
  /** Returns the time at a position. */
  readonly timeAt: (position: number) => number;
  /** The idle periods that are mapped to narrow gaps. */
  readonly gaps: readonly TimeRange[];
}

/** The fraction of the time range above which an idle period becomes a gap. */
const gapThreshold = 0.2;
/** The width of a gap, as a fraction of the track width. */
const gapWidth = 0.03;

/** A part of the time range with a constant scale. */
interface Piece extends TimeRange {
  /** The left edge and the width of the piece, as fractions of the track width. */
  readonly left: number;
  readonly width: number;
}

export function createTimeScale(range: TimeRange, lanes: readonly Lane[], now: number): TimeScale {
  const length = range.to - range.from;
  // an idle period that fills the whole range, for example after zooming in on it, is not a gap
  const gaps = findIdlePeriods(range, lanes, now).filter(
    ({ from, to }) => to - from > gapThreshold * length && to - from < length,
  );
  const pieces = toPieces(range, gaps);
  const findPiece = (startsBefore: (piece: Piece) => boolean): Piece =>
    pieces.findLast(startsBefore) ?? pieces[0] ?? { ...range, left: 0, width: 1 };
  return {
    positionOf: (time) => {
      const { from, to, left, width } = findPiece((piece) => piece.from <= time);
      return left + (width * (time - from)) / (to - from);
    },
    timeAt: (position) => {
      const { from, to, left, width } = findPiece((piece) => piece.left <= position);
      return from + ((to - from) * (position - left)) / width;
    },
    gaps,
  };
}

/** Returns the periods in the range during which no task or child run is in progress. */
function findIdlePeriods(range: TimeRange, lanes: readonly Lane[], now: number): TimeRange[] {
  const work = lanes.flatMap(({ segments }) =>
    segments
      .filter(({ kind }) => kind !== 'waiting' && kind !== 'pause')
      .map(({ from, to }) => ({ from, to: to ?? now })),
  );
  const idlePeriods: TimeRange[] = [];
  let busyUntil = range.from;
  for (const { from, to } of work.sort((a, b) => a.from - b.from)) {
    if (from >= range.to) break;
    if (from > busyUntil) idlePeriods.push({ from: busyUntil, to: from });
    busyUntil = Math.max(busyUntil, to);
  }
  if (busyUntil < range.to) idlePeriods.push({ from: busyUntil, to: range.to });
  return idlePeriods;
}

function toPieces(range: TimeRange, gaps: readonly TimeRange[]): Piece[] {
  const edges = [range.from, ...gaps.flatMap(({ from, to }) => [from, to]), range.to];
  const gapMs = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const widthPerMs = (1 - gapWidth * gaps.length) / (range.to - range.from - gapMs || 1);
  let left = 0;
  return edges.slice(1).flatMap((to, index) => {
    const from = edges[index] ?? to;
    if (to <= from) return [];
    // the pieces at odd indexes are the gaps
    const width = index % 2 === 1 ? gapWidth : (to - from) * widthPerMs;
    const piece = { from, to, left, width };
    left += width;
    return [piece];
  });
}
