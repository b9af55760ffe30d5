import type { Extraction } from 'millrace/shared/types/extraction.js';
import { endpointAt } from '../endpoint-at.js';
import { runModule, type ModuleRun, type RunOptions } from '../run-module.js';
import { startOpenAiServer, type OpenAiServer } from '../../support/endpoints/openai-server.js';

/** The schema of a small invoice. */
export const invoiceSchema = {
  type: 'object',
  properties: {
    number: { type: 'string' },
    date: { type: 'string', format: 'date' },
    total: { type: 'number', minimum: 0 },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: { text: { type: 'string' }, amount: { type: 'number' } },
        required: ['text', 'amount'],
      },
    },
  },
  required: ['number', 'date', 'total', 'lines'],
};

export const invoice = [
  'The Mill Ltd. Invoice INV-0417',
  'Date: 3 April 2026',
  'Two sacks of flour\t$1,234.00',
  'One wheel\t16.50',
  'Total due: $1,250.50',
].join('\n');

export const invoiceValue = {
  number: 'INV-0417',
  date: '2026-04-03',
  total: 1250.5,
  lines: [
    { text: 'Two sacks of flour', amount: 1234 },
    { text: 'One wheel', amount: 16.5 },
  ],
};

export type Quotes = Readonly<Record<string, readonly string[]>>;

/** Returns the response of a model that keeps to the requested format. */
export const responseOf = (value: unknown, quotes: Quotes = {}): string =>
  JSON.stringify({ value, citations: Object.entries(quotes).map(([field, list]) => ({ field, quotes: list })) });

export interface ExtractionRun extends ModuleRun {
  readonly output: ModuleRun['output'];
  readonly result: Extraction;
  readonly results: readonly Extraction[];
  readonly codes: readonly string[];
}

/** Runs the module on an uploaded file with this endpoint. */
export async function extractFrom(
  text: string | Uint8Array,
  server: OpenAiServer,
  { params = {}, upload = 'invoice.txt', models, ...options }: RunOptions = {},
): Promise<ExtractionRun> {
  const ran = await runModule('extract', text, {
    ...options,
    upload,
    model: 'chat',
    params: { schema: invoiceSchema, ...params },
    models: { ...endpointAt(server.baseUrl), ...models },
  });
  const parsed = JSON.parse(ran.text) as Extraction | Extraction[];
  const results = [parsed].flat();
  return { ...ran, result: results[0] as Extraction, results, codes: ran.warnings.map(({ code }) => code) };
}

/** Starts an endpoint that returns these responses in turn, and then repeats the last one. */
export async function startServerWith(...responses: readonly (string | object)[]): Promise<OpenAiServer> {
  const server = await startOpenAiServer();
  server.chat = () => {
    const response = responses[Math.min(server.requests.length, responses.length) - 1] ?? '';
    return typeof response === 'string' ? response : JSON.stringify(response);
  };
  return server;
}
