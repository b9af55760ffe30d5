import { styleText } from 'node:util';
import { printable } from './printable.js';
import { redact } from './redact.js';

/**
 * Where a command writes. Results go to standard output, everything about the work to standard error; with `json`, only
 * JSON goes to standard output.
 */
export class Output {
  readonly json: boolean;
  readonly verbose: boolean;
  /** Takes away what is drawn on the terminal while a line is written; see `ProgressDisplay`. */
  aside: (write: () => void) => void = (write) => {
    write();
  };

  constructor(options: { json: boolean; verbose: boolean }) {
    this.json = options.json;
    this.verbose = options.verbose;
  }

  /** A result: a document with `json`, lines for people otherwise. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.#write(process.stdout, JSON.stringify(value, null, 2));
    else for (const line of lines()) this.#write(process.stdout, line);
  }

  /** One result of several: one line, whichever the form; none for people where there is nothing to say. */
  resultLine(value: unknown, line: string | undefined): void {
    const text = this.json ? JSON.stringify(value) : line;
    if (text !== undefined) this.#write(process.stdout, text);
  }

  /** A line of standard output for people. */
  line(line: string): void {
    this.#write(process.stdout, line);
  }

  /** Something about the work. */
  note(line: string): void {
    this.#write(process.stderr, printable(redact(line)));
  }

  warn(line: string): void {
    // the hosted protocol's own warnings begin like this
    const text = line.replace(/(^|: )WARNING: /, '$1');
    this.#write(process.stderr, `${colour('yellow', 'warning:')} ${printable(redact(text))}`);
  }

  error(line: string): void {
    this.#write(process.stderr, `${colour('red', 'millrace:')} ${printable(redact(line))}`);
  }

  /** As it is, several lines of it. */
  details(text: string): void {
    this.#write(process.stderr, redact(text));
  }

  #write(stream: NodeJS.WriteStream, line: string): void {
    this.aside(() => stream.write(`${line}\n`));
  }
}

/** Colours a word for standard error, unless that is no terminal, or NO_COLOR is set. */
function colour(name: 'red' | 'yellow', text: string): string {
  return process.stderr.isTTY && process.stderr.hasColors() ? styleText(name, text) : text;
}
