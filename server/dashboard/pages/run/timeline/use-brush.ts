import { useState, type PointerEvent } from 'react';
import type { Span } from './lanes.js';
import type { TimeScale } from './time-scale.js';

/** The marked part of the tracks, in fractions of their width. */
interface Brush {
  readonly from: number;
  readonly to: number;
}

/** The minimum width of a marked part. A narrower one counts as a click. */
const minWidth = 0.015;

/** Marks a time by dragging over the tracks, and zooms to it. `place` returns the left edge and the width of the tracks in an element. */
export function useBrush(
  scale: TimeScale,
  place: (element: Element) => { readonly left: number; readonly width: number } | undefined,
  onZoom: (span: Span) => void,
) {
  const [brush, setBrush] = useState<Brush>();
  const fraction = (event: PointerEvent): number | undefined => {
    const track = place(event.currentTarget);
    return track && Math.min(1, Math.max(0, (event.clientX - track.left) / track.width));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      const track = place(event.currentTarget);
      const at = fraction(event);
      if (event.button !== 0 || !track || at === undefined || event.clientX < track.left) return;
      setBrush({ from: at, to: at });
    },
    onPointerMove: (event: PointerEvent) => {
      const at = fraction(event);
      if (!brush || at === undefined) return;
      if (Math.abs(at - brush.from) > minWidth) event.currentTarget.setPointerCapture(event.pointerId);
      setBrush({ ...brush, to: at });
    },
    onPointerUp: () => {
      if (!brush) return;
      setBrush(undefined);
      const from = Math.min(brush.from, brush.to);
      const to = Math.max(brush.from, brush.to);
      if (to - from > minWidth) onZoom({ from: scale.timeAt(from), to: scale.timeAt(to) });
    },
    onPointerCancel: () => setBrush(undefined),
  };
  const marked = brush && Math.abs(brush.to - brush.from) > minWidth ? brush : undefined;
  return { handlers, marked };
}
