import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Extraction } from 'millrace';
import { z } from 'zod';
import { startOpenAiServer, type Mode, type OpenAiServer } from '../../server/test/support/endpoints/openai-server.js';
import { runInProcess } from '../cli/support/run-in-process.js';
import { makeDirectory } from '../cli/support/temporary-directory.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';

const Invoice = z.object({
  number: z.string(),
  date: z.iso.date().optional(),
  total: z.number(),
  lines: z.array(z.object({ text: z.string(), amount: z.number() })),
});

const usage = { prompt_tokens: 120, completion_tokens: 40 };

/** Replies as a model would to an invoice of `Invoice N`, `Total T` and rows with a tab. */
function readInvoice(text: string): string {
  const value = {
    number: /Invoice (\S+)/.exec(text)?.[1] ?? null,
    date: null,
    total: Number(/Total (\S+)/.exec(text)?.[1] ?? Number.NaN) || null,
    lines: Array.from(text.matchAll(/^(.+)\t(.+)$/gm), ([, name, amount]) => ({ text: name, amount: Number(amount) })),
  };
  return JSON.stringify({ value, citations: [{ field: 'total', quotes: [`Total ${value.total}`] }] });
}

let model: OpenAiServer;
let closeModel = async (): Promise<void> => undefined;
let server: LocalServer;
let client: Client;
let directory: string;

beforeAll(async () => {
  const withUsage: Mode = (_request, right) => ({ body: { ...(right() as object), usage } });
  model = await startOpenAiServer(withUsage, (close) => (closeModel = close));
  model.chat = readInvoice;
  const endpoint = { baseUrl: model.baseUrl };
  server = await startLocalServer({ endpoints: { extract: endpoint, classify: endpoint } });
  client = server.connect();
  directory = makeDirectory();
  mkdirSync(join(directory, 'invoices'));
  const write = (name: string, text: string) => writeFileSync(join(directory, 'invoices', name), text);
  write('april.txt', 'Invoice INV-1\nFlour, "fine"\t40.5\n=SUM(1)\t2.25\nTotal 42.75\n');
  write('may.txt', 'Invoice INV-2\nA wheel\t7.5\nTotal 7.5\n');
  writeFileSync(join(directory, 'invoice.json'), JSON.stringify(z.toJSONSchema(Invoice)));
});

afterAll(async () => {
  await server.close();
  await closeModel();
});

const millrace = (...args: string[]) =>
  runInProcess(args, { cwd: directory, env: { MILLRACE_API_URL: server.url, MILLRACE_API_KEY: server.apiKey } });

describe('extract', () => {
  it('returns the typed fields of a schema with their citations, and records the usage', async () => {
    const invoices = client.createPipeline('invoices', ['extract']);
    const { output, requestId } = await invoices.process(join(directory, 'invoices/april.txt'), {
      localSaveDirectory: false,
      modules: { extract: { params: { schema: Invoice } } },
    });
    const total: number | null = output.value.total;
    expect([total, output.value.lines[1]?.text]).toEqual([42.75, '=SUM(1)']);
    expect(output.citations['total']).toEqual([{ line: 4, quote: 'Total 42.75' }]);
    const { tasks, warnings } = await client.runs.get(requestId);
    expect(warnings).toEqual([]);
    expect(tasks[0]).toMatchObject({
      model: 'chat',
      usage: { requests: 1, cached: 0, inputTokens: 120, outputTokens: 40 },
    });
  });

  it('works after modules that output items, and must be the last module', async () => {
    const rows = client.createPipeline('rows', ['parser', 'extract']);
    const { output } = await rows.process(join(directory, 'invoices/may.txt'), {
      localSaveDirectory: false,
      modules: { extract: { params: { schema: z.object({ number: z.string() }), target: 'page' } } },
    });
    const [first]: Extraction<{ number: string | null }>[] = output;
    expect(first).toEqual({
      item: 0,
      value: { number: 'INV-2' },
      citations: { number: [{ item: 0, quote: 'INV-2' }] },
    });
    expect(() => client.createPipeline('n', ['extract', 'translate'] as never)).toThrow(
      "'extract' must be the last module, but 'translate' follows",
    );
  });

  it('is rejected before the upload without a usable schema', async () => {
    const invoices = client.createPipeline('invoices', ['extract']);
    const path = join(directory, 'invoices/may.txt');
    await expect(invoices.process(path)).rejects.toThrow('schema');
    await expect(
      invoices.process(path, { modules: { extract: { params: { schema: { type: 'string' } } } } }),
    ).rejects.toThrow('Expected schema to describe an object or a list');
    await expect(
      invoices.process(path, { modules: { extract: { params: { schema: z.object({ at: z.date() }) } } } }),
    ).rejects.toThrow('Expected a schema that can be converted to JSON Schema');
  });
});

describe('millrace process --csv', () => {
  const command = ['process', 'invoices/', '--chain', 'extract', '--param', 'extract.schema=@invoice.json'];
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');

  it('writes one table for a directory, a second one for lists, and escapes formulas', async () => {
    const { code, stderr } = await millrace(...command, '--csv', 'invoices.csv');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('Wrote invoices.csv\nWrote invoices.lines.csv') as string,
    });
    expect(read('invoices.csv')).toBe(
      'file,number,date,total\r\ninvoices/april.txt,INV-1,,42.75\r\ninvoices/may.txt,INV-2,,7.5\r\n',
    );
    expect(read('invoices.lines.csv')).toBe(
      'file,position,text,amount\r\n' +
        'invoices/april.txt,1,"Flour, ""fine""",40.5\r\ninvoices/april.txt,2,\'=SUM(1),2.25\r\ninvoices/may.txt,1,A wheel,7.5\r\n',
    );
  });

  it('adds citations with --citations, and reuses cached responses of the endpoint', async () => {
    model.requests.length = 0;
    const { code, stdout } = await millrace(
      ...command,
      ...['--pipeline', 'cited', '--csv', 'cited.csv', '--citations', '--json'],
    );
    expect(code).toBe(0);
    expect(read('cited.csv').split('\r\n')[1]).toBe('invoices/april.txt,INV-1,,INV-1,,,,42.75,,Total 42.75');
    expect(model.requests).toHaveLength(0);
    const [first] = stdout.split('\n').map((line) => JSON.parse(line || 'null') as { requestId: string });
    const { batch, tasks } = await client.runs.get(first?.requestId ?? '');
    expect(tasks[0]?.usage).toEqual({ requests: 0, cached: 1, inputTokens: 0, outputTokens: 0 });
    await expect.poll(async () => (await client.batches.get(batch ?? '')).state).toBe('completed');
    expect(await client.batches.get(batch ?? '')).toMatchObject({ usage: { requests: 0, cached: 2 } });
  });

  it('rejects a table inside the input directory', async () => {
    const { code, stderr } = await millrace(...command, '--csv', 'invoices/all.csv');
    expect([code, stderr]).toEqual([2, expect.stringContaining('Expected --csv to be outside the directories')]);
  });
});

it('classify takes labels from the command line and writes a table', async () => {
  model.chat = () => 'B';
  const labels = ['--param', 'classify.labels=invoice,letter'];
  const { code } = await millrace(
    'process',
    'invoices/may.txt',
    '--chain',
    'classify',
    ...labels,
    '--csv',
    'labels.csv',
  );
  expect(code).toBe(0);
  expect(readFileSync(join(directory, 'labels.csv'), 'utf8')).toBe(
    'file,label,score,labels\r\ninvoices/may.txt,letter,,letter\r\n',
  );
});

it('classify keeps the order of labels with descriptions, also in a rerun', async () => {
  model.chat = () => 'A';
  model.requests.length = 0;
  // the database would store these keys in another order
  const labels = { complaint: 'Wants its money back', letter: 'Has a greeting', bill: 'Asks for money' };
  const mail = client.createPipeline('mail', ['classify'], { keepInput: true });
  const { output, requestId } = await mail.process(join(directory, 'invoices/may.txt'), {
    localSaveDirectory: false,
    modules: { classify: { params: { labels, cache: false } } },
  });
  expect(output).toMatchObject({ label: 'complaint' });
  const again = await client.runs.rerun(requestId);
  expect(await client.runs.wait(again.requestId)).toMatchObject({ state: 'completed' });
  const prompts = model.requests.map(({ json }) => (json['messages'] as { content: string }[])[0]?.content);
  const expectedList =
    'A: complaint (Wants its money back)\nB: letter (Has a greeting)\nC: bill (Asks for money)\nD: other';
  expect(prompts).toEqual([expect.stringContaining(expectedList), expect.stringContaining(expectedList)]);
});
