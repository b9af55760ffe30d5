import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/models/open-model.js';
import { ModelAccess } from '../../src/module-contract/model-access.js';
import { createBuiltinOnlySettings } from '../../src/module-contract/model-settings.js';
import { readSettings } from '../../src/settings/config.js';
import { createModelSettingsLookup } from '../../src/settings/module-settings.js';
import { encodePng } from '../convert/make/draw-png.js';
import { habitOf, shapes } from '../support/endpoints/endpoint-shapes.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { createTestDirectory } from './open.js';

const page = await readFile(new URL('../../../docs/models.md', import.meta.url), 'utf8');
const [, servers = ''] = /^## Servers\n([^]*?)^## /m.exec(page) ?? [];
const examples = [...servers.matchAll(/^### (.+)\n[^]*?^```ini\n([^]*?)^```/gm)].map(([, name = '', lines = '']) => ({
  name,
  env: Object.fromEntries(
    lines
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
  ),
}));
const directory = await createTestDirectory();

type Context = Parameters<typeof openModel>[1];
/** A request of each module to its model. */
const requests: Readonly<Record<string, (context: Context) => Promise<unknown>>> = {
  'text-embedder': async (context) =>
    (await openModel('embeddings', context)).embed(['one', 'three']).then((rows) => rows.map(([length]) => length)),
  translate: async (context) => (await openModel('translate', context)).translate(['Hello.']),
  summarize: async (context) => (await openModel('summarize', context)).summarize('It turns. It stops.'),
  sentiment: async (context) => (await openModel('sentiment', context)).classify(['fine']),
  transcribe: async (context) =>
    (await (await openModel('transcribe', context)).transcribe(new Float32Array(32_000).fill(0.5))).segments.map(
      ({ text, start, end }) => [text.trim(), start, end],
    ),
  extract: async (context) => {
    const schema = { type: 'object', properties: { total: { type: 'number' } } };
    const model = await openModel('extract', context);
    const request = { instruction: 'Extract the total.', text: 'Total 12', schema, usesCache: false };
    return (JSON.parse((await model.respond(request)).text) as { value: unknown }).value;
  },
  caption: async (context) => {
    const path = join(directory, 'grey.png');
    await writeFile(path, encodePng(4, 4, new Uint8Array(16).fill(128)));
    return (await openModel('caption', context)).caption(path);
  },
};
const models: Readonly<Record<string, string>> = {
  'text-embedder': 'all-MiniLM-L6-v2',
  translate: 'opus-mt-en-es',
  summarize: 'bart-large-cnn',
  sentiment: 'bert-base-multilingual-uncased-sentiment',
  transcribe: 'whisper-tiny',
  caption: 'git-base',
  extract: 'chat',
};
const lengths = [3, 5];
const near = (value: number): unknown => expect.closeTo(value);
const mood = [{ positive: near(0.7), negative: near(0.1), neutral: near(0.2) }];
const expected: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'llama.cpp': {
    translate: [expect.stringMatching(/^translated \d+$/)],
    'text-embedder': lengths,
    extract: { total: 12 },
  },
  Ollama: { 'text-embedder': lengths, caption: 'I see an image.', extract: { total: 12 } },
  vLLM: { summarize: 'A summary.' },
  'LM Studio': { sentiment: mood },
  LocalAI: { transcribe: [['Hello.', 0, 1.5]] },
  'faster-whisper-server': { transcribe: [['Hello.', 0, 1.5]] },
  OpenAI: { translate: ['Hola.'], transcribe: [['Hello.', 0, 2]], 'text-embedder': lengths },
  Azure: { 'text-embedder': lengths, summarize: 'A summary.' },
  Mistral: { 'text-embedder': lengths, translate: ['Hola.'] },
  Gemini: { 'text-embedder': lengths, sentiment: mood },
};

describe('the examples of servers in docs/models.md', () => {
  it.each(examples)('work with an imitation of the server: $name', async ({ name, env }) => {
    const server = await startOpenAiServer(habitOf(shapes[name]!));
    const origin = server.baseUrl.replace('/v1', '');
    // the settings are read with the server's address, and used with the address of the imitation
    const settings = readSettings({}, env);
    const settingsOf = createModelSettingsLookup(settings);
    const results: Record<string, unknown> = {};
    for (const module of Object.keys(settings.endpoints)) {
      const documented = settingsOf(module).endpoint!;
      const endpoint = { ...documented, baseUrl: documented.baseUrl.replace(/^https?:\/\/[^/?]+/, origin) };
      const access = new ModelAccess({ ...createBuiltinOnlySettings(module), endpoint });
      const signal = new AbortController().signal;
      const ignore = (): undefined => undefined;
      results[module] = await requests[module]!({
        model: models[module]!,
        models: access,
        params: {},
        signal,
        warn: ignore,
        progress: ignore,
      });
    }
    expect(results).toEqual(expected[name]);
  });

  it('include every server', () => {
    expect(examples.map(({ name }) => name)).toEqual(Object.keys(shapes));
  });
});
