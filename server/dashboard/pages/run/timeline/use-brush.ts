import { useState, type PointerEvent } from 'react';
import type { TimeRange } from './lanes.js';
import type { TimeScale } from './time-scale.js';

/** The selected part of the tracks, as fractions of the track width. `to` can be less than `from`. */
interface Brush {
  readonly from: number;
  readonly to: number;
}

/** The minimum width of a selection, as a fraction of the track width. A narrower selection is treated as a click. */
const minWidth = 0.015;

/**
 * Lets the user select a time range by dragging over the tracks. Calls `onZoom` with the time range.
 *
 * @param getTrackBounds Returns the left edge and the width of the tracks in an element; `undefined` if it contains no tracks.
 */
export function useBrush(
  scale: TimeScale,
  getTrackBounds: (element: Element) => { readonly left: number; readonly width: number } | undefined,
  onZoom: (range: TimeRange) => void,
) {
  const [brush, setBrush] = useState<Brush>();
  const positionOf = (event: PointerEvent): number | undefined => {
    const track = getTrackBounds(event.currentTarget);
    return track && Math.min(1, Math.max(0, (event.clientX - track.left) / track.width));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      const track = getTrackBounds(event.currentTarget);
      const position = positionOf(event);
      if (event.button !== 0 || !track || position === undefined || event.clientX < track.left) return;
      setBrush({ from: position, to: position });
    },
    onPointerMove: (event: PointerEvent) => {
      const position = positionOf(event);
      if (!brush || position === undefined) return;
      // the button was released outside the tracks
      if (event.buttons === 0) {
        setBrush(undefined);
        return;
      }
      if (Math.abs(position - brush.from) > minWidth) event.currentTarget.setPointerCapture(event.pointerId);
      setBrush({ ...brush, to: position });
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
  const selection = brush && Math.abs(brush.to - brush.from) > minWidth ? brush : undefined;
  return { handlers, selection };
}
