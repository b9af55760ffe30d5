/** A table column: its heading, and a function that returns the value for a row. */
export type Column<Row> = readonly [heading: string, getValue: (row: Row) => string | number | null];

/** Maximum number of rows in a table. A note below the table gives the number of omitted rows. */
const maxRows = 100;
/** Maximum length of a value, in characters. Longer values are truncated. */
const maxValueLength = 300;

/**
 * Returns an HTML table for a notebook. Omits columns that are empty in all shown rows, and escapes all text. The CSS classes prevent
 * Jupyter from typesetting text between dollar signs as a formula.
 */
export function formatHtmlTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const shownRows = rows.slice(0, maxRows);
  const nonEmptyColumns = columns.filter(([, getValue]) => shownRows.some((row) => !isEmpty(getValue(row))));
  const head = nonEmptyColumns.map(([heading]) => formatCell('th', heading)).join('');
  const body = shownRows.map(
    (row) => `<tr>${nonEmptyColumns.map(([, getValue]) => formatCell('td', getValue(row))).join('')}</tr>`,
  );
  const omittedCount = rows.length - shownRows.length;
  const note = omittedCount > 0 ? `<p>${omittedCount} more; toRows() returns all rows</p>` : '';
  return `<table class="tex2jax_ignore mathjax_ignore">
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>${note}`;
}

const isEmpty = (value: string | number | null): boolean => value === null || value === '';

function formatCell(tag: 'th' | 'td', value: string | number | null): string {
  const text = String(value ?? '');
  const short = text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
  // Jupyter aligns cells to the right, which suits only numbers
  const style = typeof value === 'number' ? '' : ' style="text-align: left"';
  return `<${tag}${style}>${escapeHtml(short)}</${tag}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] as string);
}
