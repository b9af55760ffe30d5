import { Lines } from './lines.js';

/** Maximum length of a multi-line cell to write as one line, in characters. Tables with longer cells are usually only used for layout. */
const maxJoinedLength = 300;
/** Maximum nesting depth of tables. In deeper tables, every cell becomes a block. */
const maxNestedTables = 20;
/** Maximum number of columns or rows that a cell can span, as in browsers. */
const maxSpan = 1000;
/** Maximum number of columns. Beyond this limit, spans add no empty columns, and the cells of a row are written before the row ends. */
const maxColumns = 1000;

interface Cell {
  readonly lines: Lines;
  readonly columns: number;
  readonly rows: number;
}

interface Table {
  /** Where the rows are written: the enclosing cell, or the page. */
  readonly lines: Lines;
  /** For each column, the number of further rows that a cell from a row above covers. */
  readonly covered: number[];
  /** The cells of the open row that are not written yet. */
  readonly row: Cell[];
  /** The next column of the open row. */
  column: number;
  /** The column of the last cell with text in the open row. */
  lastTextColumn: number;
}

/** Converts tables to text. Each row becomes a line with tabs between the cells, or one block per cell if a long cell has several lines. */
export class TableText {
  readonly #maxTextBytes: number;
  readonly #tables: Table[] = [];
  /** Where text is written: the innermost open cell, or the page. */
  lines: Lines;

  constructor(maxTextBytes: number) {
    this.#maxTextBytes = maxTextBytes;
    this.lines = new Lines(maxTextBytes);
  }

  /** Opens an element and returns whether it is `table`, `tr`, `td` or `th`. */
  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    const table = this.#tables.at(-1);
    if (name === 'table') this.#tables.push({ lines: this.lines, covered: [], row: [], column: 0, lastTextColumn: 0 });
    else if (name === 'tr') this.lines.break();
    else if (name !== 'td' && name !== 'th') return false;
    else if (!table || this.#tables.length > maxNestedTables) this.lines.break();
    else {
      if (table.row.length >= maxColumns) writeCells(table);
      const cell = {
        lines: new Lines(this.#maxTextBytes),
        columns: parseSpan(attributes['colspan']),
        rows: parseSpan(attributes['rowspan']),
      };
      table.row.push(cell);
      this.lines = cell.lines;
    }
    return true;
  }

  /** Closes an element and returns whether it is `table`, `tr`, `td` or `th`. */
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

  #endRow(table: Table): void {
    if (table.row.length > 0) writeCells(table);
    if (table.column > 0) {
      skipCovered(table);
      table.lines.break();
    }
    table.column = 0;
    table.lastTextColumn = 0;
  }
}

/** Writes the pending cells of the open row: each in its column, or as blocks if a cell is long and has several lines. */
function writeCells(table: Table): void {
  const { lines, covered, row } = table;
  const texts = row.map((cell) => cell.lines.toString());
  if (table.column === 0 && texts.some((text) => text.includes('\n') && text.length > maxJoinedLength)) {
    for (const text of texts) writeBlock(text, lines);
    covered.length = 0;
  } else {
    if (table.column === 0) lines.break();
    lines.add(joinCells(table, texts));
  }
  row.length = 0;
}

/** Joins cells with tabs. Leaves a column empty if a spanning cell from a row above covers it. */
function joinCells(table: Table, texts: readonly string[]): string {
  const { row, covered } = table;
  let joined = '';
  for (const [i, cell] of row.entries()) {
    skipCovered(table);
    const text = (texts[i] ?? '').replaceAll(/\s*\n\s*/g, ' ');
    if (text !== '') {
      joined += '\t'.repeat(table.column - table.lastTextColumn) + text;
      table.lastTextColumn = table.column;
    }
    const spanned = Math.min(table.column + cell.columns, maxColumns);
    const end = cell.rows > 1 ? spanned : Math.min(spanned, covered.length);
    for (let column = table.column; column < end; column++) covered[column] = cell.rows - 1;
    // always move to the next column, so that no text is lost in a row with too many columns
    table.column = Math.max(table.column + 1, spanned);
  }
  return joined.trimEnd();
}

function skipCovered(table: Table): void {
  const { covered } = table;
  for (let rest = covered[table.column] ?? 0; rest > 0; rest = covered[++table.column] ?? 0)
    covered[table.column] = rest - 1;
}

function writeBlock(text: string, lines: Lines): void {
  lines.break();
  for (const line of text.split('\n')) {
    lines.add(line);
    lines.endLine();
  }
}

function parseSpan(text: string | undefined): number {
  const number = Number.parseInt(text ?? '1', 10);
  return number >= 1 && number <= maxSpan ? number : 1;
}
