import { styleText } from 'node:util';
import type { Terminal } from '../terminal.js';
import { printable } from './printable.js';
import { Secrets } from './redact.js';

/**
 * Where a command writes. Results go to standard output, messages about the work to standard error. With `json`, standard
 * output receives nothing but JSON.
 */
export class Output {
  /** Set once the options are parsed. */
  json = false;
  readonly verbose: boolean;
  readonly terminal: Terminal;
  readonly secrets = new Secrets();
  /** Removes the progress bars from the terminal while a line is written; see `ProgressDisplay`. */
  aside: (write: () => void) => void = (write) => {
    write();
  };

  constructor(terminal: Terminal, options: { verbose: boolean }) {
    this.terminal = terminal;
    this.verbose = options.verbose;
  }

  /** Writes a result: a JSON document with `json`, lines for people otherwise. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.line(JSON.stringify(value, null, 2));
    else for (const line of lines()) this.line(line);
  }

  /** Writes one result of several, on one line. Without `json`, an undefined line is left out. */
  resultLine(value: unknown, line: string | undefined): void {
    const text = this.json ? JSON.stringify(value) : line;
    if (text !== undefined) this.line(text);
  }

  /** Writes a line to standard output as it is. */
  line(line: string): void {
    this.aside(() => this.terminal.stdout.write(`${line}\n`));
  }

  /** Writes a message about the work. */
  note(line: string): void {
    this.#write(printable(this.secrets.redact(line)));
  }

  warn(line: string): void {
    // the hosted protocol's own warnings begin like this
    const text = line.replace(/(^|: )WARNING: /, '$1');
    this.#message('yellow', 'warning:', text);
  }

  error(line: string): void {
    this.#message('red', 'millrace:', line);
  }

  /** Writes several lines about the work. */
  details(text: string): void {
    this.#write(this.secrets.redact(text));
  }

  #message(colour: 'red' | 'yellow', word: string, line: string): void {
    const { stderr, env } = this.terminal;
    // respects NO_COLOR
    const isColoured = stderr.isTTY === true && stderr.hasColors?.(env) === true;
    this.#write(`${isColoured ? styleText(colour, word) : word} ${printable(this.secrets.redact(line))}`);
  }

  #write(line: string): void {
    this.aside(() => this.terminal.stderr.write(`${line}\n`));
  }
}
