/** Maximum nesting depth, far beyond that of real documents. The time that `marked` takes grows with depth times length. */
const maxDepth = 50;

/**
 * Returns whether lists or block quotes are nested too deeply. Takes linear time, because it considers only the markers at the start of
 * each line and the columns of the open list items.
 */
export function isNestedTooDeeply(markdown: string): boolean {
  const openColumns: number[] = [];
  for (let start = 0; start < markdown.length;) {
    const end = findEndOfLine(markdown, start);
    const { itemColumns, quoteCount } = findMarkers(markdown, start, end);
    const [firstColumn] = itemColumns;
    if (firstColumn !== undefined) {
      while ((openColumns.at(-1) ?? -1) >= firstColumn) openColumns.pop();
      openColumns.push(...itemColumns);
    }
    if (openColumns.length + quoteCount > maxDepth && !isHorizontalRule(markdown.slice(start, end))) return true;
    // this line is a horizontal rule, whose dashes or asterisks open no list items
    if (openColumns.length > maxDepth) openColumns.length = 0;
    start = end + 1;
  }
  return false;
}

/** Returns the columns of the list items that a line opens, and its number of `>` markers. Stops when the depth exceeds the limit. */
function findMarkers(markdown: string, start: number, end: number): { itemColumns: number[]; quoteCount: number } {
  const itemColumns: number[] = [];
  let quoteCount = 0;
  let at = start;
  while (itemColumns.length + quoteCount <= maxDepth) {
    while (at < end && (markdown[at] === ' ' || markdown[at] === '\t')) at++;
    if (markdown[at] === '>') {
      quoteCount++;
      at++;
      continue;
    }
    const marker = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/.exec(markdown.slice(at, Math.min(end, at + 11)));
    if (!marker) break;
    itemColumns.push(at - start);
    at += marker[0].length;
  }
  return { itemColumns, quoteCount };
}

/** Returns whether a line is a horizontal rule of dashes or asterisks, such as `* * *`. */
function isHorizontalRule(line: string): boolean {
  return /^[ \t]*([-*])(?:[ \t]*\1){2,}[ \t]*$/.test(line);
}

function findEndOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
