import { Throttle } from '../../shared/runtime/throttle.js';
import { columnsOf, cutToColumns, printable } from './printable.js';
import type { Output } from './output.js';

export interface ProgressDisplay {
  /** Whether what is shown takes the place of what was shown before. */
  readonly isDrawn: boolean;
  /** @param fraction How much of all the work is done, 0 to 1; without it, only the stage is shown. */
  update(subject: string, stage: string, fraction?: number): void;
  /** Nothing more to show of it. */
  remove(subject: string): void;
  close(): void;
}

/**
 * Shows on standard error how far things are: bars on a terminal, a line at each change of stage otherwise. With `--json`
 * that is for people who ask for it by `--verbose`.
 */
export function createProgress(output: Output): ProgressDisplay {
  if (output.verbose) return new ProgressLines(output);
  if (output.json) return { isDrawn: true, update: () => undefined, remove: () => undefined, close: () => undefined };
  return process.stderr.isTTY ? new ProgressBars(output, process.stderr) : new ProgressLines(output);
}

class ProgressLines implements ProgressDisplay {
  readonly isDrawn = false;
  readonly #output: Output;
  readonly #stages = new Map<string, string>();

  constructor(output: Output) {
    this.#output = output;
  }

  update(subject: string, stage: string): void {
    if (this.#stages.get(subject) === stage) return;
    this.#stages.set(subject, stage);
    this.#output.note(`${subject}: ${stage}`);
  }

  remove(subject: string): void {
    this.#stages.delete(subject);
  }

  close(): void {
    this.#stages.clear();
  }
}

const redrawMs = 100;
const barColumns = 20;

/** One line a subject at the bottom of the terminal, drawn again at most ten times a second, gone at the end. */
class ProgressBars implements ProgressDisplay {
  readonly isDrawn = true;
  readonly #output: Output;
  readonly #terminal: NodeJS.WriteStream;
  readonly #lines = new Map<string, { stage: string; fraction: number | undefined }>();
  #drawn = 0;
  readonly #redraw = new Throttle<void>(
    () => {
      this.#erase();
      this.#draw();
    },
    { intervalMs: redrawMs, leading: false },
  );

  constructor(output: Output, terminal: NodeJS.WriteStream) {
    this.#output = output;
    this.#terminal = terminal;
    output.aside = (write) => {
      this.#erase();
      write();
      this.#draw();
    };
    process.on('exit', this.#erase);
  }

  update(subject: string, stage: string, fraction?: number): void {
    this.#lines.set(subject, { stage, fraction });
    this.#redraw.push();
  }

  remove(subject: string): void {
    this.#erase();
    this.#lines.delete(subject);
    this.#draw();
  }

  close(): void {
    this.#redraw.close('drop');
    this.#erase();
    this.#lines.clear();
    process.off('exit', this.#erase);
    this.#output.aside = (write) => {
      write();
    };
  }

  readonly #erase = (): void => {
    if (this.#drawn === 0) return;
    this.#terminal.write(`\u001b[${this.#drawn}F\u001b[J`);
    this.#drawn = 0;
  };

  #draw(): void {
    // what does not fit could not be erased
    const lines = [...this.#lines].slice(0, Math.max(1, (this.#terminal.rows || 24) - 1));
    for (const [subject, { stage, fraction }] of lines) {
      this.#terminal.write(
        `${barLine(printable(subject), printable(stage), fraction, this.#terminal.columns || 80)}\n`,
      );
    }
    this.#drawn = lines.length;
  }
}

function barLine(subject: string, stage: string, fraction: number | undefined, columns: number): string {
  const filled = Math.floor(Math.min(1, Math.max(0, fraction ?? 0)) * barColumns);
  const bar = fraction === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}  `;
  const room = Math.max(10, Math.min(40, columns - columnsOf(bar) - columnsOf(stage) - 3));
  return cutToColumns(`${cutToColumns(subject, room)}  ${bar}${stage}`, columns - 1);
}
