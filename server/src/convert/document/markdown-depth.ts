/** Maximum nesting depth, more than anyone writes. The time that `marked` takes grows with depth times length. */
const maxDepth = 50;

/**
 * Returns whether lists or quotations are nested too deeply. To take linear time, looks only at the marks at the start of each line and
 * the columns of the open list items.
 */
export function isNestedTooDeeply(markdown: string): boolean {
  const open: number[] = [];
  for (let start = 0; start < markdown.length;) {
    const end = endOfLine(markdown, start);
    const { items, quotations } = marksOf(markdown, start, end);
    const [first] = items;
    if (first !== undefined) {
      while ((open.at(-1) ?? -1) >= first) open.pop();
      open.push(...items);
    }
    if (open.length + quotations > maxDepth && !isRule(markdown.slice(start, end))) return true;
    // the marks of a horizontal rule open no list items
    if (open.length > maxDepth) open.length = 0;
    start = end + 1;
  }
  return false;
}

/** Returns the columns of the list items that a line opens, and the number of its quotation marks (`>`). Stops above the maximum depth. */
function marksOf(markdown: string, start: number, end: number): { items: number[]; quotations: number } {
  const items: number[] = [];
  let quotations = 0;
  let at = start;
  while (items.length + quotations <= maxDepth) {
    while (at < end && (markdown[at] === ' ' || markdown[at] === '\t')) at++;
    if (markdown[at] === '>') {
      quotations++;
      at++;
      continue;
    }
    const mark = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/.exec(markdown.slice(at, Math.min(end, at + 11)));
    if (!mark) break;
    items.push(at - start);
    at += mark[0].length;
  }
  return { items, quotations };
}

/** Returns whether a line is a horizontal rule, such as `* * *`. */
function isRule(line: string): boolean {
  return /^[ \t]*([-*])(?:[ \t]*\1){2,}[ \t]*$/.test(line);
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}
