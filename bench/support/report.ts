/** A row of the results table. */
export interface Result {
  /** What was measured, in words. */
  readonly what: string;
  readonly measured: string;
  /** The result of another system in the same run. */
  readonly against?: string;
  readonly ratio?: string;
  readonly goal?: string;
  readonly isMet?: boolean;
}

export function toMarkdown(results: readonly Result[]): string {
  const rows = results.map(({ what, measured, against = '', ratio = '', goal = '', isMet }) => {
    const verdict = isMet === undefined ? '' : isMet ? 'met' : '**missed**';
    return `| ${what} | ${measured} | ${against} | ${ratio} | ${goal} | ${verdict} |`;
  });
  return ['| what | measured | against | ratio | goal | |', '|---|---|---|---|---|---|', ...rows].join('\n');
}
