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

const meaning = { 'text-embedder': { model: 'builtin-hash-384' } } as const;

/** Two seconds of sound at 16 kHz, which the tiny model transcribes as "hello world". */
const loud = Float32Array.from({ length: 32_000 }, (_, i) => Math.sin(i / 10));

describe('a chain from end to end:', () => {
  test('the text on an image is found by its meaning', async () => {
    const image = await readFile(new URL('../../server/test/modules/images/mill-en.png', import.meta.url));
    const signs = client.createPipeline('signs', [
      ...(['ocr', 'json-to-txt', 'parser', 'text-embedder', 'vector-db'] as const),
    ]);
    const options = { fileName: 'sign.png', downloadOutput: false, modules: meaning } as const;
    const { fileId } = await signs.process(image, options);
    const { items } = await signs.semanticSearch('when does it open on mondays', { fileIds: [fileId], k: 1 });
    expect(items[0]?.hits).toMatchObject([{ snippet: expect.stringContaining('opens at 7:30 on Monday.') as string }]);
  });

  test('a recording is written down, translated and judged', async () => {
    const calls = client.createPipeline('calls', ['transcribe', 'translate', 'sentiment']);
    const done = await calls.process(encodeWav(loud, 16_000), {
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

  test('a picture is described, and found by a word of that', async () => {
    const pictures = client.createPipeline('pictures', ['caption', 'json-to-txt', 'keyword-db']);
    const dark = encodePng(20, 10, new Uint8Array(200).fill(5));
    const { fileId } = await pictures.process(dark, { fileName: 'night.png', downloadOutput: false });
    const { items } = await pictures.keywordSearch('pictures in the dark', { fileIds: [fileId] });
    expect(items[0]?.hits.map(({ keyword }) => keyword)).toEqual(['dark', 'picture']);
  });

  test('a PDF is summarised, and the summary searched by its words', async () => {
    const reports = client.createPipeline('reports', ['summarize', 'keyword-db']);
    const { fileId } = await reports.process(makePdf([['the mill turns .'], ['the water is good .']]), {
      fileName: 'report.pdf',
      downloadOutput: false,
    });
    const { items } = await reports.keywordSearch('mills and water', { fileIds: [fileId] });
    // the tiny model writes the first sentence
    expect(items[0]?.hits).toMatchObject([{ keyword: 'mill', lineNumber: 1, keywordNumber: 2 }]);
  });

  test('items are embedded by a model of this machine, and written into an index', async () => {
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

  test('three summaries of summaries in one chain are three runs in a row', async () => {
    const builtin = { model: 'builtin-extractive' } as const;
    const options = { fileName: 'story.txt', localSaveDirectory: server.out };
    const summarise = async (content: string): Promise<string> => {
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
    expect(text).toBe(await summarise(await summarise(await summarise(millStory))));
  });

  test('the sentences of a text are judged one by one, and the list says by which model', async () => {
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

test('an endpoint does the work of the modules that it is given to, under its own names, until a run is cancelled', async () => {
  const openai = await startOpenAiServer();
  openai.chat = (said) => (said === 'Good night.' ? 'Buenas noches, señor.' : 'El molino gira.');
  const ours = await startLocalServer({ endpoints: { translate: { baseUrl: openai.baseUrl, model: 'any-model' } } });
  try {
    const letters = ours.connect().createPipeline('letters', ['parser', 'translate', 'json-to-txt']);
    const done = await letters.process(bytes('The mill turns. Good night.'), {
      fileName: 'letter.txt',
      localSaveDirectory: ours.out,
    });
    expect(await readFile(done.outputFiles[0] ?? '', 'utf8')).toBe('El molino gira.\nBuenas noches, señor.');
    expect((await letters.processStatus(done.requestId)).tasks.map(({ model }) => model)).toEqual([
      'sentence',
      'any-model',
      'base',
    ]);

    // a run that is cancelled waits for no answer
    openai.mode = 'hang';
    const { requestId } = await letters.process(bytes('The mill stands still.'), {
      fileName: 'second.txt',
      waitForProcess: false,
    });
    await expect.poll(() => openai.hanging, { timeout: 25_000 }).toBe(1);
    expect(await ours.connect().runs.cancel(requestId)).toMatchObject({ state: 'cancelled' });
    await expect.poll(() => openai.hanging, { timeout: 25_000 }).toBe(0);
  } finally {
    await ours.close();
  }
});
