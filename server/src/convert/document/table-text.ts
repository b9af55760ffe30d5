import { Lines } from './lines.js';

/** Maximum length of a cell with several lines that is still written as one line, in characters. Longer ones are layout. */
const maxJoinedCell = 300;
/** Maximum number of tables inside each other. In deeper ones, every cell is a block. */
const maxNestedTables = 20;
/** The limit of browsers. */
const maxSpan = 1000;
/** Maximum number of empty columns in a row. */
const maxColumns = 1000;

interface Cell {
  readonly lines: Lines;
  readonly columns: number;
  readonly rows: number;
}

interface Table {
  /** Where the rows go. */
  readonly lines: Lines;
  /** For each column, the number of further rows that a cell above also covers. */
  readonly covered: number[];
  row: Cell[];
}

/** Writes tables: a row is a line, with a tab between two cells. A row with a cell of several long lines is written cell by cell. */
export class TableText {
  readonly #maxTextBytes: number;
  readonly #tables: Table[] = [];
  /** Where text goes: the innermost open cell, or the page. */
  lines: Lines;

  constructor(maxTextBytes: number) {
    this.#maxTextBytes = maxTextBytes;
    this.lines = new Lines(maxTextBytes);
  }

  /** @returns Whether the element is part of a table. */
  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    const table = this.#tables.at(-1);
    if (name === 'table') this.#tables.push({ lines: this.lines, covered: [], row: [] });
    else if (name === 'tr') this.lines.break();
    else if (name !== 'td' && name !== 'th') return false;
    else if (!table || this.#tables.length > maxNestedTables) this.lines.break();
    else {
      const cell = {
        lines: new Lines(this.#maxTextBytes),
        columns: span(attributes['colspan']),
        rows: span(attributes['rowspan']),
      };
      table.row.push(cell);
      this.lines = cell.lines;
    }
    return true;
  }

  /** @returns Whether the element is part of a table. */
  close(name: string): boolean {
    const table = this.#tables.at(-1);
    if (name === 'table') {
      if (table) this.#endRow(table);
      this.#tables.pop();
    } else if (name === 'tr') {
      if (table) this.#endRow(table);
      this.lines.break();
    } else if (name !== 'td' && name !== 'th') return false;
    else if (table) this.lines = table.lines;
    return true;
  }

  #endRow({ lines, covered, row }: Table): void {
    const texts = row.map((cell) => cell.lines.toString());
    if (texts.some((text) => text.includes('\n') && text.length > maxJoinedCell)) {
      for (const text of texts) writeBlock(text, lines);
      covered.length = 0;
    } else if (row.length > 0) {
      lines.break();
      lines.add(joinRow(row, texts, covered));
      lines.break();
    }
    row.length = 0;
  }
}

/** Puts each text into its column: a cell that spans columns, or comes from the row above, leaves empty ones. */
function joinRow(row: readonly Cell[], texts: readonly string[], covered: number[]): string {
  const columns: string[] = [];
  const skipCovered = (): void => {
    for (let rest = covered[columns.length] ?? 0; rest > 0; rest = covered[columns.length] ?? 0) {
      covered[columns.length] = rest - 1;
      columns.push('');
    }
  };
  for (const [i, cell] of row.entries()) {
    skipCovered();
    const text = (texts[i] ?? '').replaceAll(/\s*\n\s*/g, ' ');
    for (let n = 0; n < cell.columns && columns.length < maxColumns; n++) {
      covered[columns.length] = cell.rows - 1;
      columns.push(n === 0 ? text : '');
    }
  }
  skipCovered();
  return columns.join('\t').trimEnd();
}

function writeBlock(text: string, lines: Lines): void {
  lines.break();
  for (const line of text.split('\n')) {
    lines.add(line);
    lines.newline();
  }
}

function span(text: string | undefined): number {
  const number = Number.parseInt(text ?? '1', 10);
  return number >= 1 && number <= maxSpan ? number : 1;
}
