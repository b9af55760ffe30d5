/**
 * Fields out of invoices, each with the page and the passage that say it. The server needs a language model for it:
 * MILLRACE_EXTRACT_BASE_URL and MILLRACE_EXTRACT_MODEL, see docs/models.md.
 */
import { Client } from 'millrace';
import { z } from 'zod';

const Invoice = z.object({
  number: z.string().describe('The number of the invoice'),
  date: z.iso.date(),
  dueDate: z.iso.date().optional(),
  total: z.number(),
  lines: z.array(z.object({ text: z.string(), amount: z.number() })),
});

const client = new Client();
const invoices = client.createPipeline('invoices', ['extract']);
const { output, warnings } = await invoices.process(new URL('files/invoice.txt', import.meta.url), {
  localSaveDirectory: false,
  modules: { extract: { params: { schema: Invoice } } },
});

// typed: number | null, because the text may not say it
const { number, date, total, lines } = output.value;
console.log(`Invoice ${number} of ${date}: ${total}`);
for (const { text, amount } of lines) console.log(`- ${text}: ${amount}`);
for (const [field, [place]] of Object.entries(output.citations))
  console.log(`${field}: "${place?.quote}", page ${place?.page}`);
for (const { code, message } of warnings) console.log(`${code}: ${message}`);
await client.close();
