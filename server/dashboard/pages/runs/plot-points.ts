import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { runStates } from 'millrace/shared/runs/run-state.js';
import type { RunPoint } from 'millrace/shared/runs/run-lists.js';
import { watchTheme, readTokenColor } from '../../parts/charts/token-color.js';
import { localeOf, type Language } from '../../text/define-text.js';

export interface PlotOptions {
  readonly onHover: (point: RunPoint | undefined, left: number, top: number) => void;
  readonly onOpen: (point: RunPoint) => void;
  readonly formatDuration: (ms: number) => string;
  readonly language: Language;
}

const height = 132;
/** The maximum distance between the pointer and a hovered point, in px. */
const maxHoverDistance = 14;
/** The minimum duration on the chart, in ms. Shorter durations are plotted at this value, because a logarithmic axis cannot show 0. */
const minDurationMs = 1;

/**
 * Draws a scatter chart of run durations in `container`. Adjusts the chart's width to the container, and redraws the chart when the theme
 * changes.
 *
 * @returns A function that removes the chart.
 */
export function plotPoints(container: HTMLElement, points: readonly RunPoint[], options: PlotOptions): () => void {
  // uPlot requires the times in ascending order
  const sorted = points.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const times = sorted.map(({ startedAt }) => Date.parse(startedAt) / 1000);
  const durationsOf = (state: string) =>
    sorted.map((point) => (point.state === state ? Math.max(minDurationMs, point.durationMs) : null));
  const data: uPlot.AlignedData = [times, ...runStates.map(durationsOf)];
  let plot: uPlot | undefined;

  const draw = () => {
    plot?.destroy();
    plot = new uPlot(createChartOptions(container.clientWidth, options), data, container);
    const { over } = plot;
    over.addEventListener('mousemove', (event) => {
      const found = findNearestPoint(event);
      over.style.cursor = found ? 'pointer' : 'default';
      options.onHover(found?.point, (found?.left ?? 0) + over.offsetLeft, (found?.top ?? 0) + over.offsetTop);
    });
    over.addEventListener('mouseleave', () => options.onHover(undefined, 0, 0));
    over.addEventListener('click', (event) => {
      const found = findNearestPoint(event);
      if (found) options.onOpen(found.point);
    });
  };

  const findNearestPoint = ({ offsetX, offsetY }: MouseEvent) => {
    let best: { point: RunPoint; left: number; top: number } | undefined;
    let bestDistance = maxHoverDistance;
    for (const [index, point] of sorted.entries()) {
      const left = plot?.valToPos(times[index] ?? 0, 'x') ?? 0;
      const top = plot?.valToPos(Math.max(minDurationMs, point.durationMs), 'y') ?? 0;
      const distance = Math.hypot(left - offsetX, top - offsetY);
      if (distance < bestDistance) [best, bestDistance] = [{ point, left, top }, distance];
    }
    return best;
  };

  const observer = new ResizeObserver(() => plot?.setSize({ width: container.clientWidth, height }));
  draw();
  observer.observe(container);
  const stopWatching = watchTheme(draw);
  return () => {
    stopWatching();
    observer.disconnect();
    plot?.destroy();
    options.onHover(undefined, 0, 0);
  };
}

function createChartOptions(width: number, { formatDuration, language }: PlotOptions): uPlot.Options {
  const lineColor = readTokenColor('--line');
  const textColor = readTokenColor('--text-faint');
  const axis: uPlot.Axis = { stroke: textColor, font: '11px system-ui, sans-serif', ticks: { show: false } };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 24, 0, 0],
    scales: {
      x: { time: true },
      y: {
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- 3 is logarithmic; the ambient enum has no runtime value
        distr: 3,
        range: (_, min, max) => [roundToPowerOfTen(min, Math.floor), roundToPowerOfTen(max * 1.01, Math.ceil)],
      },
    },
    axes: [
      { ...axis, size: 24, space: 90, grid: { show: false }, values: (_, times) => formatTimes(times, language) },
      {
        ...axis,
        size: 64,
        grid: {
          stroke: lineColor,
          width: 1,
          filter: (_, values) => values.map((ms) => (isPowerOfTen(ms) ? ms : null)),
        },
        filter: (_, values) => [...values],
        values: (_, values) => values.map((ms) => (isPowerOfTen(ms) ? formatDuration(ms) : null)),
      },
    ],
    series: [
      {},
      ...runStates.map((state): uPlot.Series => {
        const color = readTokenColor(`--${state}`);
        return { paths: () => null, points: { show: true, size: 5, stroke: color, fill: color } };
      }),
    ],
  };
}

const roundToPowerOfTen = (value: number | null, round: (exponent: number) => number): number =>
  10 ** round(Math.log10(Math.max(minDurationMs, value ?? minDurationMs)));

const isPowerOfTen = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

/** Formats the labels of the time axis: dates at midnight and for steps of at least a day, and times of day otherwise. */
function formatTimes(times: readonly number[], language: Language): string[] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.map((seconds) => {
    const time = new Date(seconds * 1000);
    const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
    if (step >= 86_400 || isMidnight)
      return time.toLocaleDateString(localeOf(language), { day: 'numeric', month: 'short' });
    const showsSeconds = step > 0 && step < 60;
    return time.toLocaleTimeString(localeOf(language), {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(showsSeconds && { second: '2-digit' }),
    });
  });
}
