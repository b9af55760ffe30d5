/**
 * Extracts fields from an invoice, each with the page and passage that contain it. The server needs a language model: set
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

// the fields are typed, such as number | null, because the text may not contain them
const { number, date, total, lines } = output.value;
console.log(`Invoice ${number} of ${date}: ${total}`);
for (const { text, amount } of lines) console.log(`- ${text}: ${amount}`);
for (const [field, [citation]] of Object.entries(output.citations))
  console.log(`${field}: "${citation?.quote}", page ${citation?.page}`);
for (const { code, message } of warnings) console.log(`${code}: ${message}`);
await client.close();
