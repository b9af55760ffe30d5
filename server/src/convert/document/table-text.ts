import { Lines } from './lines.js';

/** Maximum length of a multi-line cell that is joined into one line, in characters. Tables with longer cells are usually for layout. */
const maxJoinedLength = 300;
/** Maximum nesting depth of tables. In deeper tables, each cell starts on a new line. */
const maxTableDepth = 20;
/** Maximum number of columns or rows that a cell can span. Larger and invalid values count as 1. */
const maxSpan = 1000;
/** Maximum number of columns that spans can cover. Each cell beyond takes up one column. Also the maximum number of pending cells. */
const maxColumns = 1000;

interface Cell {
  readonly lines: Lines;
  readonly columnSpan: number;
  readonly rowSpan: number;
}

interface Table {
  /** The lines to add rows to: those of the enclosing cell, or of the page. */
  readonly lines: Lines;
  /** For each column, the number of following rows that a cell still spans. */
  readonly coveredRowCounts: number[];
  /** The cells of the open row that have not been written yet. */
  readonly pendingCells: Cell[];
  /** The next column to write in the open row. */
  nextColumn: number;
  /** The column of the most recently written cell with text in the open row. */
  lastTextColumn: number;
}

/**
 * Converts HTML tables to text. Each row becomes a line with tabs between the cells. If a cell is long and has several lines, each cell of
 * the row becomes a block of lines instead.
 */
export class TableText {
  readonly #maxTextBytes: number;
  readonly #tables: Table[] = [];
  /** The lines to add text to: those of the innermost open cell, or of the page. */
  lines: Lines;

  constructor(maxTextBytes: number) {
    this.#maxTextBytes = maxTextBytes;
    this.lines = new Lines(maxTextBytes);
  }

  /** Handles the start tag of a `table`, `tr`, `td` or `th`. Returns `false` for any other element. */
  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    const table = this.#tables.at(-1);
    if (name === 'table')
      this.#tables.push({
        lines: this.lines,
        coveredRowCounts: [],
        pendingCells: [],
        nextColumn: 0,
        lastTextColumn: 0,
      });
    else if (name === 'tr') this.lines.break();
    else if (name !== 'td' && name !== 'th') return false;
    else if (!table || this.#tables.length > maxTableDepth) this.lines.break();
    else {
      if (table.pendingCells.length >= maxColumns) writeCells(table);
      const cell = {
        lines: new Lines(this.#maxTextBytes),
        columnSpan: parseSpan(attributes['colspan']),
        rowSpan: parseSpan(attributes['rowspan']),
      };
      table.pendingCells.push(cell);
      this.lines = cell.lines;
    }
    return true;
  }

  /** Handles the end tag of a `table`, `tr`, `td` or `th`. Returns `false` for any other element. */
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
    if (table.pendingCells.length > 0) writeCells(table);
    if (table.nextColumn > 0) {
      skipCovered(table);
      table.lines.break();
    }
    table.nextColumn = 0;
    table.lastTextColumn = 0;
  }
}

/**
 * Writes the pending cells of the open row as a line, or appends them to the row's line if it has been started. If it has not, and a cell
 * is long and has several lines, writes each cell as a block.
 */
function writeCells(table: Table): void {
  const { lines, coveredRowCounts, pendingCells } = table;
  const texts = pendingCells.map((cell) => cell.lines.toString());
  if (table.nextColumn === 0 && texts.some((text) => text.includes('\n') && text.length > maxJoinedLength)) {
    for (const text of texts) writeBlock(text, lines);
    coveredRowCounts.length = 0;
  } else {
    if (table.nextColumn === 0) lines.break();
    lines.add(joinCells(table, texts));
  }
  pendingCells.length = 0;
}

/** Joins the pending cells with tabs and records their row spans. Leaves a column empty if a cell from a row above spans it. */
function joinCells(table: Table, texts: readonly string[]): string {
  const { pendingCells, coveredRowCounts } = table;
  let joined = '';
  for (const [i, cell] of pendingCells.entries()) {
    skipCovered(table);
    const text = (texts[i] ?? '').replaceAll(/\s*\n\s*/g, ' ');
    if (text !== '') {
      joined += '\t'.repeat(table.nextColumn - table.lastTextColumn) + text;
      table.lastTextColumn = table.nextColumn;
    }
    const spanEnd = Math.min(table.nextColumn + cell.columnSpan, maxColumns);
    const end = cell.rowSpan > 1 ? spanEnd : Math.min(spanEnd, coveredRowCounts.length);
    for (let column = table.nextColumn; column < end; column++) coveredRowCounts[column] = cell.rowSpan - 1;
    // advance by at least one column, so that a tab separates cells even beyond `maxColumns`
    table.nextColumn = Math.max(table.nextColumn + 1, spanEnd);
  }
  return joined.trimEnd();
}

function skipCovered(table: Table): void {
  const { coveredRowCounts } = table;
  for (
    let rowsLeft = coveredRowCounts[table.nextColumn] ?? 0;
    rowsLeft > 0;
    rowsLeft = coveredRowCounts[++table.nextColumn] ?? 0
  )
    coveredRowCounts[table.nextColumn] = rowsLeft - 1;
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
