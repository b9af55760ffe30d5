import { styleText } from 'node:util';
import type { Outage } from '../../index.js';
import { OutageLines } from '../../shared/runtime/outage-lines.js';
import type { Terminal } from '../terminal.js';
import { translateWarning } from './cli-names.js';
import { makePrintable, formatPrintableJson, makeLinesPrintable } from './printable.js';
import { Secrets } from './redact.js';

/**
 * A command's output. Results go to standard output, and status messages go to standard error. If `json` is true, standard
 * output contains only JSON.
 */
export class Output {
  /** Whether to print JSON. Set after the options have been parsed. */
  json = false;
  readonly verbose: boolean;
  readonly terminal: Terminal;
  readonly secrets = new Secrets();
  /** Calls `write`. `ProgressBars` replaces this function to hide the bars during the call. */
  withoutProgress: (write: () => void) => void = (write) => {
    write();
  };

  /** Prints lines at increasing intervals during an outage. `ProgressBars` replaces this function to draw the outage below the bars. */
  showOutage: (outage: Outage | null) => void = (outage) => {
    const line = this.#outageLines.read(outage);
    if (line !== undefined) this.note(line);
  };
  readonly #outageLines = new OutageLines();

  constructor(terminal: Terminal, options: { verbose: boolean }) {
    this.terminal = terminal;
    this.verbose = options.verbose;
  }

  /**
   * Whether to draw progress bars and colors. True if standard error is a terminal, unless `NO_COLOR` is set, `TERM` is `dumb`, or `CI` is
   * set to a value other than `0` or `false`.
   */
  get canDraw(): boolean {
    const { stderr, env } = this.terminal;
    const isAutomated = !['', '0', 'false'].includes(env['CI'] ?? '');
    return stderr.isTTY === true && env['TERM'] !== 'dumb' && !env['NO_COLOR'] && !isAutomated;
  }

  /** Writes a result, as a JSON document if `json` is true, and otherwise as human-readable lines. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.line(formatPrintableJson(value, 2));
    else for (const line of lines()) this.line(makeLinesPrintable(line));
  }

  /** Writes a result as one line of JSON if `json` is true. Otherwise writes `text`, if it is defined. */
  resultLine(value: unknown, text: string | undefined): void {
    if (this.json) this.line(formatPrintableJson(value));
    else if (text !== undefined) this.line(makeLinesPrintable(text));
  }

  /** Writes a line to standard output unchanged. */
  line(line: string): void {
    this.withoutProgress(() => this.terminal.stdout.write(`${line}\n`));
  }

  /** Writes a status message. */
  note(line: string): void {
    this.#write(makePrintable(this.secrets.redact(line)));
  }

  /** Writes advice, such as what to do about an empty list, if standard output is a terminal and `json` is false. */
  hint(line: string): void {
    if (!this.json && this.terminal.stdout.isTTY === true) this.note(line);
  }

  warn(line: string): void {
    // remove the prefix of the hosted protocol's warnings
    const text = translateWarning(line.replace(/(^|: )WARNING: /, '$1'));
    if (text !== undefined) this.#writeMessage('yellow', 'warning:', text);
  }

  error(line: string): void {
    this.#writeMessage('red', 'millrace:', line);
  }

  /** Writes a multi-line status message. */
  details(text: string): void {
    this.#write(makeLinesPrintable(this.secrets.redact(text)));
  }

  #writeMessage(color: 'red' | 'yellow', prefix: string, line: string): void {
    const { stderr, env } = this.terminal;
    const isColored = this.canDraw && stderr.hasColors?.(env) === true;
    this.#write(`${isColored ? styleText(color, prefix) : prefix} ${makePrintable(this.secrets.redact(line))}`);
  }

  #write(text: string): void {
    this.withoutProgress(() => this.terminal.stderr.write(`${text}\n`));
  }
}
