import { expect, it } from 'vitest';
import { seeded } from '../../../../test/support/seeded.js';
import { startOpenAiServer } from '../../support/endpoints/openai-server.js';
import { extractFrom } from './extract-from.js';
import { generateInvoice, habits, imitateModel, longInvoiceSchema, type Invoice } from './invoices.js';

/** The number of invoices, of 1 to 30 pages each. The documentation of `extract` has the figures for 200. */
const invoices = Number(process.env['MILLRACE_INVOICES'] ?? 21);

interface Tally {
  /** Fields with one page, the right one. */
  right: number;
  /** Fields with several pages, one of which is right. */
  several: number;
  /** Fields without a page. */
  ungrounded: number;
  /** Fields with only wrong pages. */
  wrong: number;
}

it('cites the right page of a field or no page, whatever mistakes the model makes', async () => {
  const server = await startOpenAiServer();
  const tallies = new Map<string, Tally>(
    habits.map((habit) => [habit, { right: 0, several: 0, ungrounded: 0, wrong: 0 }]),
  );
  for (let index = 0; index < invoices; index++) {
    const habit = habits[index % habits.length] ?? 'none';
    const invoice = generateInvoice(index);
    server.chat = imitateModel(invoice, habit, seeded(`habits ${index}`));
    server.requests.length = 0;
    const ran = await extractFrom(invoice.text, server, { params: { schema: longInvoiceSchema, window: 3000 } });
    count(invoice, ran.result, tallies.get(habit) as Tally);
  }
  const all = [...tallies.values()];
  const sum = (key: keyof Tally): number => all.reduce((total, tally) => total + tally[key], 0);
  const fields = sum('right') + sum('several') + sum('ungrounded') + sum('wrong');
  if (process.env['MILLRACE_INVOICES'] !== undefined) console.table(Object.fromEntries(tallies));
  expect(sum('wrong')).toBe(0);
  expect((sum('right') + sum('ungrounded') + sum('several')) / fields).toBeGreaterThanOrEqual(0.98);
  expect(sum('right') / fields).toBeGreaterThan(0.9);
  expect(tallies.get('none')?.ungrounded).toBe(0);
}, 600_000);

/** Counts right and wrong pages. Matches a row with the next row of the invoice with these values, since a model may leave out rows. */
function count(
  { value, pages }: Invoice,
  { value: found, citations }: { value: unknown; citations: Record<string, { page?: number }[]> },
  tally: Tally,
): void {
  const { lines, ...fields } = found as Record<string, unknown> & { lines: object[] };
  const check = (path: string, truth: string): void => {
    const fieldCitations = citations[path] ?? [];
    if (fieldCitations.length === 0) tally.ungrounded += 1;
    else if (!fieldCitations.some(({ page }) => page === pages[truth])) tally.wrong += 1;
    else if (new Set(fieldCitations.map(({ page }) => page)).size > 1) tally.several += 1;
    else tally.right += 1;
  };
  for (const name of Object.keys(fields)) if (fields[name] !== null) check(name, name);
  let next = 0;
  for (const [i, row] of lines.entries()) {
    const at = value.lines.findIndex((line, index) => index >= next && JSON.stringify(line) === JSON.stringify(row));
    if (at < 0) continue;
    next = at + 1;
    for (const name of Object.keys(row)) check(`lines[${i}].${name}`, `lines[${at}].${name}`);
  }
}
