import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, type Snippet, type Spec } from 'millrace';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

declare module 'millrace' {
  interface ModuleRegistry {
    redact: Spec<'json', 'json', 'base', Snippet[], { mask?: string; numbers?: boolean }>;
  }
}

const config = fileURLToPath(new URL('../../examples/custom-module/millrace.config.ts', import.meta.url));
const letter = bytes('Write to clara@example.org. Or call 0171 555 0100.');
let server: LocalServer;
let client: Client;

beforeAll(async () => {
  server = await startLocalServer({ config });
  client = server.connect();
});

afterAll(() => server.close());

test('lists a custom module with its formats and parameters', async () => {
  const module = (await client.listModules()).find(({ name }) => name === 'redact');
  expect(module).toMatchObject({ input: 'json', output: 'json', outputKey: 'snippet', defaultModel: 'base' });
  expect(module?.models[0]).toMatchObject({
    name: 'base',
    available: true,
    params: { mask: { type: 'string', default: '[…]' }, numbers: { type: 'bool', default: true } },
  });
});

test('runs a custom module after a built-in one, with parameters, and adds its lines to the log of the run', async () => {
  const pipeline = client.createPipeline('letters', ['parser', 'redact']);
  const done = await pipeline.process(letter, {
    fileName: 'letter.txt',
    localSaveDirectory: server.out,
    modules: { redact: { params: { numbers: false } } },
  });
  expect(done.output).toEqual([
    { snippet: 'Write to […].', line_numbers: [1] },
    { snippet: 'Or call 0171 555 0100.', line_numbers: [1] },
  ]);
  const response = await fetch(`${server.url}/v1/runs/${done.requestId}/logs`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  const { items } = (await response.json()) as { items: unknown[] };
  expect(items).toEqual([
    expect.objectContaining({ line: 1, level: 'info', message: 'hid 1 addresses and numbers', task: 'module_2' }),
  ]);
});

test('rejects unknown or invalid parameters of a custom module before the run starts', async () => {
  const pipeline = client.createPipeline('letters', ['parser', 'redact']);
  const process = (params: object) =>
    pipeline.process(letter, { fileName: 'letter.txt', modules: { redact: { params } } });
  await expect(process({ color: 'red' })).rejects.toThrow("(mask, numbers), got 'color'");
  await expect(process({ mask: 7 })).rejects.toThrow('Expected a string, got 7');
  await expect(process({ mask: 'x'.repeat(30) })).rejects.toThrow('invalid params for module_2 (redact): mask:');
});

test('rejects a chain in which the format of a custom module does not match', async () => {
  const pipeline = client.createPipeline('letters', ['redact', 'keyword-db'] as never);
  await expect(pipeline.process(bytes('[{"snippet": "a"}]'), { fileName: 'a.json' })).rejects.toThrow(
    "'redact' outputs json, but 'keyword-db' takes text",
  );
});
