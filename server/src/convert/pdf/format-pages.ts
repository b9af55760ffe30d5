const maxRanges = 20;

/** Formats page numbers as `page 2` or `pages 2, 4–6 and 9`. Lists at most `maxRanges` ranges. @param numbers In ascending order. */
export function formatPages(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const shown = ranges.slice(0, maxRanges).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  const rest = ranges.length - maxRanges;
  if (rest > 0) shown.push(rest === 1 ? '1 more range' : `${rest} more ranges`);
  const lastShown = shown.pop() ?? '';
  return `${numbers.length === 1 ? 'page' : 'pages'} ${shown.length > 0 ? `${shown.join(', ')} and ` : ''}${lastShown}`;
}
