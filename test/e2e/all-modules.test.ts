import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from 'millrace';
import { encodeWav } from '../../server/test/convert/make/encode-audio.js';
import { encodePng } from '../../server/test/convert/make/draw-png.js';
import { makePdf } from '../../server/test/convert/make/make-documents.js';
import { millStory } from '../../server/test/modules/mill-story.js';
import { startOpenAiServer } from '../../server/test/support/endpoints/openai-server.js';
import { makeTinyModels } from '../../server/test/support/tiny-models/make-models.js';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

let modelDir: string;
let server: LocalServer;
let client: Client;

beforeAll(async () => {
  modelDir = await mkdtemp(join(tmpdir(), 'millrace-models-'));
  makeTinyModels(modelDir);
  server = await startLocalServer({ modelDir });
  client = server.connect();
});

afterAll(async () => {
  await server.close();
  await rm(modelDir, { recursive: true, force: true });
});

const hashEmbedding = { 'text-embedder': { model: 'builtin-hash-384' } } as const;

/** Two seconds of sound at 16 kHz, which the tiny model transcribes as "hello world". */
const tone = Float32Array.from({ length: 32_000 }, (_, i) => Math.sin(i / 10));

describe('a chain of modules', () => {
  test('finds the text in an image by semantic search', async () => {
    const image = await readFile(new URL('../../server/test/modules/images/mill-en.png', import.meta.url));
    const signs = client.createPipeline('signs', [
      ...(['ocr', 'json-to-txt', 'parser', 'text-embedder', 'vector-db'] as const),
    ]);
    const options = { fileName: 'sign.png', downloadOutput: false, modules: hashEmbedding } as const;
    const { fileId } = await signs.process(image, options);
    const { items } = await signs.semanticSearch('when does it open on mondays', { fileIds: [fileId], k: 1 });
    expect(items[0]?.hits).toMatchObject([{ snippet: expect.stringContaining('opens at 7:30 on Monday.') as string }]);
  });

  test('transcribes, translates and scores a recording', async () => {
    const calls = client.createPipeline('calls', ['transcribe', 'translate', 'sentiment']);
    const done = await calls.process(encodeWav(tone, 16_000), {
      fileName: 'call.wav',
      localSaveDirectory: server.out,
      modules: { translate: { model: 'opus-mt-es-en' } },
    });
    expect(done.output).toEqual([{ snippet: 'hello good', positive: 0.998, negative: 0.002, neutral: 0 }]);
    const { tasks } = await calls.processStatus(done.requestId);
    expect(tasks.map(({ model }) => model)).toEqual([
      'whisper-tiny',
      'opus-mt-es-en',
      'distilbert-base-uncased-finetuned-sst-2-english',
    ]);
  });

  test('captions an image and finds it by a word of the caption', async () => {
    const pictures = client.createPipeline('pictures', ['caption', 'json-to-txt', 'keyword-db']);
    const dark = encodePng(20, 10, new Uint8Array(200).fill(5));
    const { fileId } = await pictures.process(dark, { fileName: 'night.png', downloadOutput: false });
    const { items } = await pictures.keywordSearch('pictures in the dark', { fileIds: [fileId] });
    expect(items[0]?.hits.map(({ keyword }) => keyword)).toEqual(['dark', 'picture']);
  });

  test('summarizes a PDF and finds the summary by keyword', async () => {
    const reports = client.createPipeline('reports', ['summarize', 'keyword-db']);
    const { fileId } = await reports.process(makePdf([['the mill turns .'], ['the water is good .']]), {
      fileName: 'report.pdf',
      downloadOutput: false,
    });
    const { items } = await reports.keywordSearch('mills and water', { fileIds: [fileId] });
    // the tiny model writes the first sentence
    expect(items[0]?.hits).toMatchObject([{ keyword: 'mill', lineNumber: 1, keywordNumber: 2 }]);
  });

  test('embeds items with a local model and indexes the vectors', async () => {
    const vectors = client.createPipeline('vectors', ['text-embedder', 'vector-db']);
    const items = ['the mill turns', 'the water is good'].map((snippet) => ({ snippet }));
    const done = await vectors.process(bytes(JSON.stringify(items)), {
      fileName: 'notes.json',
      localSaveDirectory: server.out,
    });
    // two vectors of eight numbers
    expect(await readFile(done.outputFiles[0] ?? '')).toHaveLength(45 + 2 * 8 * 4);
    const found = await vectors.semanticSearch('the water is good', { fileIds: [done.fileId], k: 1 });
    expect(found.items[0]?.hits).toEqual([{ snippet: 'the water is good', lineNumbers: [2], distance: 0 }]);
  });

  test('gives the same summary with three summarize modules as with three runs in a row', async () => {
    const builtin = { model: 'builtin-extractive' } as const;
    const options = { fileName: 'story.txt', localSaveDirectory: server.out };
    const summarize = async (content: string): Promise<string> => {
      const once = client.createPipeline('once', ['summarize']);
      const done = await once.process(bytes(content), { ...options, modules: { summarize: builtin } });
      const text = await readFile(done.outputFiles[0] ?? '', 'utf8');
      await once.delete(done.fileId);
      return text;
    };
    const thrice = client.createPipeline('thrice', ['summarize', 'summarize', 'summarize']);
    const { outputFiles } = await thrice.process(bytes(millStory), {
      ...options,
      modules: { module_1: builtin, module_2: builtin, module_3: builtin },
    });
    const text = await readFile(outputFiles[0] ?? '', 'utf8');
    expect(text).not.toContain('\n\n');
    expect(text).toBe(await summarize(await summarize(await summarize(millStory))));
  });

  test('scores each sentence of a text and lists the model that scored it', async () => {
    const reviews = client.createPipeline('reviews', ['parser', 'sentiment']);
    const done = await reviews.process(bytes('What a lovely mill! The stairs are made of wood. The noise is awful.'), {
      fileName: 'review.txt',
      localSaveDirectory: server.out,
      modules: { sentiment: { model: 'vader-english' } },
    });
    expect(done.output).toEqual([
      { snippet: 'What a lovely mill!', positive: 0.672, negative: 0, neutral: 0.328 },
      { snippet: 'The stairs are made of wood.', positive: 0, negative: 0, neutral: 1 },
      { snippet: 'The noise is awful.', positive: 0, negative: 0.5, neutral: 0.5 },
    ]);
    const { items } = await reviews.list({ fileIds: [done.fileId] });
    expect(items[0]?.modulesData).toMatchObject({
      module_2: { sentiment: { num_lines: 3, model: 'vader-english', model_route: 'builtin' } },
    });
  });
});

test('a module with an endpoint sends its requests there and aborts them when the run is cancelled', async () => {
  const openai = await startOpenAiServer();
  openai.chat = (prompt) => (prompt === 'Good night.' ? 'Buenas noches, señor.' : 'El molino gira.');
  const serverWithEndpoint = await startLocalServer({
    endpoints: { translate: { baseUrl: openai.baseUrl, model: 'any-model' } },
  });
  try {
    const letters = serverWithEndpoint.connect().createPipeline('letters', ['parser', 'translate', 'json-to-txt']);
    const done = await letters.process(bytes('The mill turns. Good night.'), {
      fileName: 'letter.txt',
      localSaveDirectory: serverWithEndpoint.out,
    });
    expect(await readFile(done.outputFiles[0] ?? '', 'utf8')).toBe('El molino gira.\nBuenas noches, señor.');
    expect((await letters.processStatus(done.requestId)).tasks.map(({ model }) => model)).toEqual([
      'sentence',
      'any-model',
      'base',
    ]);

    // cancelling a run aborts its request to the endpoint
    openai.mode = 'hang';
    const { requestId } = await letters.process(bytes('The mill stands still.'), {
      fileName: 'second.txt',
      waitForProcess: false,
    });
    await expect.poll(() => openai.hanging).toBe(1);
    expect(await serverWithEndpoint.connect().runs.cancel(requestId)).toMatchObject({ state: 'cancelled' });
    await expect.poll(() => openai.hanging).toBe(0);
  } finally {
    await serverWithEndpoint.close();
  }
});
