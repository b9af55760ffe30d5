import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { refusal } from '../../support/endpoints/endpoint-habits.js';
import { startOpenAiServer, type OpenAiServer } from '../../support/endpoints/openai-server.js';
import { extractFrom, invoice, invoiceSchema, invoiceValue, responseOf, startServerWith } from './extract-from.js';

const filler = 'The wheel turns, the flour falls, and nobody counts the sacks. ';

/** A document of 12 pages with a row on each, a number on the first, and two totals. */
const pages = Array.from({ length: 12 }, (_, i) => {
  const head = i === 0 ? 'Invoice INV-0417\n' : '';
  const total = i === 2 || i === 11 ? `Total due: ${100 * i}.00\n` : '';
  return `${head}Item number ${i + 1}\t${i + 1}7.50\n${total}${filler.repeat(20)}`;
});

/** Starts a model that extracts the values in the text of its request. */
async function startExtractingServer(): Promise<OpenAiServer> {
  const server = await startOpenAiServer();
  server.chat = (text) =>
    responseOf({
      number: /INV-\d+/.exec(text)?.[0] ?? null,
      date: null,
      total: Number(/Total due: ([\d.]+)/.exec(text)?.[1] ?? NaN) || null,
      lines: Array.from(text.matchAll(/(Item number \d+)\t([\d.]+)/g), ([, name, amount]) => ({
        text: name,
        amount: Number(amount),
      })),
    });
  return server;
}

const instructions = (server: OpenAiServer): string[] =>
  server.requests.map(({ json }) => (json['messages'] as { content: string }[])[0]?.content ?? '');

it('sends a long document in parts, merges their rows, and uses the first total, with a warning', async () => {
  const server = await startExtractingServer();
  const { result, warnings } = await extractFrom(pages.join('\f'), server, { params: { window: 2000 } });
  const { number, total, lines } = result.value as { number: string; total: number; lines: object[] };
  expect([number, total, lines.length]).toEqual(['INV-0417', 200, 12]);
  expect(lines[11]).toEqual({ text: 'Item number 12', amount: 127.5 });
  expect(result.citations['lines[11].amount']).toEqual([{ page: 12, quote: '127.50' }]);
  expect(server.requests.length).toBeGreaterThan(2);
  expect(instructions(server)[1]).toMatch(/The text is part 2 of \d+ of the document\./);
  expect(warnings.find(({ code }) => code === 'conflict')?.message).toBe(
    'The document has several values for total: 200 on page 3, which is used, and 1100 on page 12.',
  );
});

it('halves a part that is too long for the endpoint, and fails beyond maxRequests', async () => {
  const server = await startExtractingServer();
  server.mode = ({ json }) =>
    JSON.stringify(json['messages']).length > 9000 ? refusal('maximum context length is 2048 tokens') : undefined;
  const { result } = await extractFrom(pages.join('\f'), server, { params: { window: 100_000 } });
  expect((result.value as { lines: unknown[] }).lines).toHaveLength(12);
  await expect(extractFrom(pages.join('\f'), server, { params: { window: 2000, maxRequests: 3 } })).rejects.toThrow(
    /Expected the file to need at most 3 requests, got at least \d+\. Raise maxRequests, or raise window/,
  );
});

it('warns if the endpoint has read only a part of the text', async () => {
  const server = await startExtractingServer();
  server.mode = (_request, right) => ({
    body: { ...(right() as object), usage: { prompt_tokens: 300, completion_tokens: 9 } },
  });
  const { codes } = await extractFrom(filler.repeat(7), server, {
    params: { window: 100_000, instructions: filler.repeat(60) },
  });
  expect(codes).toContain('text-cut');
});

it('returns a value for each page or for each row', async () => {
  const server = await startExtractingServer();
  const text = pages.slice(0, 3).join('\f');
  const byPage = await extractFrom(text, server, { params: { target: 'page' } });
  expect(byPage.results.map(({ page, value }) => [page, (value as { lines: unknown[] }).lines.length])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  expect(byPage.warnings.find(({ code }) => code === 'missing-field')).toMatchObject({ page: 1 });
  const rows = [
    { text: 'Item number 1', amount: 17.5 },
    { text: 'Item number 3', amount: 37.5 },
  ];
  const schema = {
    type: 'object',
    properties: { text: { type: 'string' }, amount: { type: 'number' } },
    required: ['text'],
  };
  const byRow = await extractFrom(text, await startServerWith(responseOf(rows)), { params: { target: 'row', schema } });
  expect(byRow.results).toEqual([
    {
      value: rows[0],
      citations: { text: [{ page: 1, quote: 'Item number 1' }], amount: [{ page: 1, quote: '17.50' }] },
    },
    {
      value: rows[1],
      citations: { text: [{ page: 3, quote: 'Item number 3' }], amount: [{ page: 3, quote: '37.50' }] },
    },
  ]);
});

it('leaves out a page that the endpoint rejects in the first or second request', async () => {
  const server = await startExtractingServer();
  const right = server.chat;
  server.chat = (text, request) => (text.includes('Item number 3\t') ? 'Sorry.' : right(text, request));
  server.mode = ({ json }) => {
    const messages = JSON.stringify(json['messages']);
    const isRefused = messages.includes('Item number 2\\t') || messages.includes('Sorry.');
    return isRefused ? refusal('The prompt triggered the content filter.') : undefined;
  };
  const text = pages.slice(0, 3).join('\f');
  const { results, warnings } = await extractFrom(text, server, { params: { target: 'page' } });
  expect(results.map(({ page }) => page)).toEqual([1]);
  expect(warnings.flatMap(({ code, page }) => (code === 'text-refused' ? [page] : []))).toEqual([2, 3]);
});

it('halves a part whose second request is too long, and validates the merged value', async () => {
  const server = await startExtractingServer();
  const right = server.chat;
  server.chat = (text, request) => (text.length > 900 ? 'Sorry.' : right(text, request));
  server.mode = ({ json }) =>
    (json['messages'] as unknown[]).length > 2 ? refusal('maximum context length is 512 tokens') : undefined;
  const text = `Item number 1\t17.50\n${'The wheel turns.\n'.repeat(80)}Item number 2\t27.50`;
  const lines = { type: 'array', items: { type: 'object', properties: { amount: { type: 'number' } } } };
  const schemaOf = (list: object) => ({ type: 'object', properties: { lines: { ...lines, ...list } } });
  const whole = await extractFrom(text, server, { params: { schema: schemaOf({ minItems: 2 }) } });
  expect(whole.result.value).toEqual({ lines: [{ amount: 17.5 }, { amount: 27.5 }] });
  await expect(extractFrom(text, server, { params: { schema: schemaOf({ minItems: 3 }) } })).rejects.toThrow(
    "Expected the merged values of the document's parts to fit the schema",
  );
});

it('requests a part again if a value is too small, but not if it has too few rows', async () => {
  const value = (total: number) => responseOf({ number: 'INV-0417', date: null, total, lines: [] });
  const server = await startServerWith(value(-5), value(5));
  const lines = { ...invoiceSchema.properties.lines, minItems: 1 };
  const schema = { ...invoiceSchema, properties: { ...invoiceSchema.properties, lines } };
  const running = extractFrom(pages.slice(0, 2).join('\f'), server, { params: { schema, window: 500 } });
  await expect(running).rejects.toThrow('lines: Too small: expected array to have >=1 items');
  const messages = server.requests[1]?.json['messages'] as { content: string }[];
  expect(messages[3]?.content).toContain('- total: Too small: expected number to be >=0\nReply');
});

it('caches responses unless cache is false', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-responses-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const models = { cache: { directory, maxBytes: 1_000_000 } };
  const server = await startServerWith(responseOf(invoiceValue));
  const first = await extractFrom(invoice, server, { models });
  const second = await extractFrom(invoice, server, { models });
  expect([second.text, server.requests.length]).toEqual([first.text, 1]);
  await extractFrom(invoice, server, { models, params: { cache: false } });
  await extractFrom(`${invoice}.`, server, { models });
  await extractFrom(invoice, server, { models, params: { instructions: 'Amounts are in dollars.' } });
  expect(server.requests).toHaveLength(4);
});
