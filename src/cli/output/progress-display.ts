import type { Outage } from '../../index.js';
import { describeOutage } from '../../shared/runtime/outage-lines.js';
import { Throttle } from '../../shared/runtime/throttle.js';
import type { TerminalStream } from '../terminal.js';
import type { Output } from './output.js';
import { countColumns, truncateToColumns, makePrintable } from './printable.js';

export interface ProgressDisplay {
  /** Whether updates are drawn as bars. If false, each update may print another line. */
  readonly drawsBars: boolean;
  /** @param fraction The progress, between 0 and 1. If omitted, only the stage is shown. */
  update(subject: string, stage: string, fraction?: number): void;
  remove(subject: string): void;
  close(): void;
}

/**
 * Creates a progress display for standard error. With `--verbose`, it prints a line whenever a stage changes. Otherwise, it shows
 * nothing with `--json`. Without these options, it draws bars if `output.canDraw` is true, and otherwise prints the same lines as with
 * `--verbose`.
 *
 * @param printsLines Whether to print lines if bars cannot be drawn. Ignored with `--verbose`, which always prints lines. @default true
 */
export function createProgress(output: Output, { printsLines = true } = {}): ProgressDisplay {
  if (output.verbose) return new ProgressLines(output);
  const hidden = { drawsBars: false, update: () => undefined, remove: () => undefined, close: () => undefined };
  if (output.json) return hidden;
  if (output.canDraw) return new ProgressBars(output, output.terminal.stderr);
  return printsLines ? new ProgressLines(output) : hidden;
}

class ProgressLines implements ProgressDisplay {
  readonly drawsBars = false;
  readonly #output: Output;
  readonly #stageBySubject = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  update(subject: string, stage: string): void {
    if (this.#stageBySubject.get(subject) === stage) return;
    this.#stageBySubject.set(subject, stage);
    this.#output.note(`${subject}: ${stage}`);
  }

  remove(subject: string): void {
    this.#stageBySubject.delete(subject);
  }

  close(): void {
    this.#stageBySubject.clear();
  }
}

const redrawIntervalMs = 100;
const barColumns = 20;

/**
 * Draws one line per subject at the bottom of the terminal, for as many subjects as fit. During an outage, a line about the outage
 * follows. Updates are drawn at most ten times per second.
 */
class ProgressBars implements ProgressDisplay {
  readonly drawsBars = true;
  readonly #output: Output;
  readonly #stream: TerminalStream;
  readonly #removeExitListener: () => void;
  readonly #progressBySubject = new Map<string, { stage: string; fraction: number | undefined }>();
  readonly #originalShowOutage: Output['showOutage'];
  #outage: Outage | null = null;
  #drawnLineCount = 0;
  readonly #redraw = new Throttle<void>(
    () => {
      this.#erase();
      this.#draw();
    },
    { intervalMs: redrawIntervalMs, leading: false },
  );

  constructor(output: Output, stream: TerminalStream) {
    this.#output = output;
    this.#stream = stream;
    output.withoutProgress = (write) => {
      this.#erase();
      write();
      this.#draw();
    };
    this.#originalShowOutage = output.showOutage;
    output.showOutage = (outage) => {
      this.#outage = outage;
      this.#redraw.push();
    };
    this.#removeExitListener = output.terminal.onExit(this.#erase);
  }

  update(subject: string, stage: string, fraction?: number): void {
    this.#progressBySubject.set(subject, { stage, fraction });
    this.#redraw.push();
  }

  remove(subject: string): void {
    this.#erase();
    this.#progressBySubject.delete(subject);
    this.#draw();
  }

  close(): void {
    this.#redraw.close('drop');
    this.#erase();
    this.#progressBySubject.clear();
    this.#removeExitListener();
    this.#output.showOutage = this.#originalShowOutage;
    this.#output.withoutProgress = (write) => {
      write();
    };
  }

  readonly #erase = (): void => {
    if (this.#drawnLineCount === 0) return;
    this.#stream.write(`\u001b[${this.#drawnLineCount}F\u001b[J`);
    this.#drawnLineCount = 0;
  };

  #draw(): void {
    // lines that scroll off the screen cannot be erased, so draw only as many as fit
    const entries = [...this.#progressBySubject].slice(0, Math.max(1, (this.#stream.rows || 24) - 2));
    for (const [subject, { stage, fraction }] of entries) {
      this.#stream.write(
        `${formatProgressLine(makePrintable(subject), makePrintable(stage), fraction, this.#stream.columns || 80)}\n`,
      );
    }
    this.#drawnLineCount = entries.length;
    if (!this.#outage) return;
    this.#stream.write(`${truncateToColumns(describeOutage(this.#outage), (this.#stream.columns || 80) - 1)}\n`);
    this.#drawnLineCount++;
  }
}

function formatProgressLine(subject: string, stage: string, fraction: number | undefined, columns: number): string {
  const filledColumns = Math.floor(Math.min(1, Math.max(0, fraction ?? 0)) * barColumns);
  const bar = fraction === undefined ? '' : `${'█'.repeat(filledColumns)}${'░'.repeat(barColumns - filledColumns)}  `;
  const subjectColumns = Math.max(10, Math.min(40, columns - countColumns(bar) - countColumns(stage) - 3));
  return truncateToColumns(`${truncateToColumns(subject, subjectColumns)}  ${bar}${stage}`, columns - 1);
}
