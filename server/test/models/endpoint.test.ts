import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EndpointSettings } from '../../src/module-contract/model-settings.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { encodePng } from '../convert/make/draw-png.js';
import { failureOf } from '../runner/fixture-runner.js';
import { startOpenAiServer, type Mode, type OpenAiServer } from '../support/endpoints/openai-server.js';
import { near } from './near.js';
import { createTestDirectory, openTestModel } from './open.js';

const key = 'sk-secret-0123456789';
const folder = await createTestDirectory();

const settingsFor = (server: OpenAiServer, more: Partial<EndpointSettings> = {}): { endpoint: EndpointSettings } => ({
  endpoint: {
    baseUrl: server.baseUrl,
    apiKey: key,
    timeoutSeconds: 20,
    windowCharacters: 4000,
    concurrency: 4,
    ...more,
  },
});

describe('embeddings', () => {
  it('are floats in the order of the texts, whatever the order in the response', async () => {
    const server = await startOpenAiServer('shuffled');
    const { model, access } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', settingsFor(server));
    const texts = Array.from({ length: 70 }, (_, i) => 'x'.repeat(i + 1));
    const vectors = await model.embed(texts);
    expect(vectors.map(([length]) => length)).toEqual(texts.map((text) => text.length));
    expect(server.requests.map(({ json }) => json['encoding_format'])).toEqual(['float', 'float', 'float']);
    expect(server.requests[0]).toMatchObject({ key, json: { model: 'all-MiniLM-L6-v2' } });
    expect(access.usedModel).toEqual({ name: 'all-MiniLM-L6-v2', route: 'endpoint' });
  });

  it('of a text beyond the window are the mean of its parts, weighted by length', async () => {
    const server = await startOpenAiServer();
    const { model } = await openTestModel(
      'embeddings',
      'all-MiniLM-L6-v2',
      settingsFor(server, { windowCharacters: 20 }),
    );
    const text = 'The mill turns all day. It stops at night.';
    const [vector] = await model.embed([text]);
    const pieces = server.requests.flatMap(({ json }) => json['input'] as string[]);
    expect(pieces.join('')).toBe(text);
    expect(pieces.every((piece) => piece.length <= 20)).toBe(true);
    const weighted = pieces.reduce((sum, piece) => sum + piece.length ** 2, 0) / text.length;
    expect([...vector!]).toEqual([near(weighted, 4), 1, 0.5]);
  });

  it.each([
    [
      'a vector of a different length',
      (text: string) => (text === 'b' ? [1] : [1, 2]),
      /vectors of different lengths \(2 and 1\)/,
    ],
    ['an empty vector', () => [], /did not return an embeddings response \(data\.0\.embedding/],
    ['a number too large for a float', () => [1e300], /a non-finite value/],
  ])('are rejected with %s among them', async (_, vectorOf, message) => {
    const server = await startOpenAiServer();
    server.vectorOf = vectorOf;
    const { model } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', settingsFor(server));
    await expect(model.embed(['a', 'b'])).rejects.toThrow(message);
  });
});

describe('a failing endpoint', () => {
  it.each<[Mode, RegExp, number]>([
    [401, /^The endpoint 127\.0\.0\.1:\d+ returned 401 \(invalid API key\): no luck with sk…89\.$/, 1],
    [404, /returned 404 \(model or path not found\)/, 1],
    [429, /returned 429 \(too many requests\)/, 8],
    [500, /returned 500/, 3],
    ['html', /did not return an embeddings response/, 1],
    ['shape', /did not return an embeddings response \(data: /, 1],
    ['trunc', /returned an unreadable response/, 1],
  ])('fails the request with its host and the reason, without the API key: %s', async (mode, message, attempts) => {
    const server = await startOpenAiServer(mode);
    const { model } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', settingsFor(server));
    const failure = await failureOf(model.embed(['a text']));
    expect(failure).toBeInstanceOf(ModuleError);
    expect((failure as Error).message).toMatch(message);
    expect((failure as Error).message).not.toContain(key);
    expect(server.requests).toHaveLength(attempts);
  });

  it('must respond within the timeout, including retries', async () => {
    const server = await startOpenAiServer('hang');
    const { model } = await openTestModel(
      'embeddings',
      'all-MiniLM-L6-v2',
      settingsFor(server, { timeoutSeconds: 0.2 }),
    );
    await expect(model.embed(['a text'])).rejects.toThrow(/did not respond within 0\.2 s/);
  });

  it('is abandoned when the run is cancelled', async () => {
    const server = await startOpenAiServer('hang');
    const controller = new AbortController();
    const { model } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', settingsFor(server), {
      signal: controller.signal,
    });
    const failing = failureOf(model.embed(['a text']));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error('the run was cancelled'));
    expect(String(await failing)).toContain('the run was cancelled');
  });

  it('fails with its host and the error of the system if it cannot be reached', async () => {
    const { model } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', {
      endpoint: { baseUrl: 'http://127.0.0.1:9/v1', timeoutSeconds: 20, windowCharacters: 4000, concurrency: 4 },
    });
    await expect(model.embed(['a text'])).rejects.toThrow(
      /127\.0\.0\.1:9 cannot be reached \(.*(ECONNREFUSED|bad port)/,
    );
  });
});

describe('the name of a model at an endpoint', () => {
  it('is the one in the settings, for one model or for all', async () => {
    const server = await startOpenAiServer();
    const models = { 'all-MiniLM-L6-v2': 'nomic-embed-text' };
    const mapped = await openTestModel(
      'embeddings',
      'all-MiniLM-L6-v2',
      settingsFor(server, { models, model: 'bge-base' }),
    );
    const other = await openTestModel(
      'embeddings',
      'all-mpnet-base-v2',
      settingsFor(server, { models, model: 'bge-base' }),
    );
    await mapped.model.embed(['a']);
    await other.model.embed(['a']);
    expect(server.requests.map(({ json }) => json['model'])).toEqual(['nomic-embed-text', 'bge-base']);
    expect(mapped.access.usedModel).toEqual({ name: 'nomic-embed-text', route: 'endpoint' });
  });

  it('is required: a model without one uses the next route', async () => {
    const server = await startOpenAiServer();
    const settings = settingsFor(server, { models: { 'all-MiniLM-L6-v2': 'nomic-embed-text' } });
    await expect(openTestModel('embeddings', 'all-mpnet-base-v2', settings)).rejects.toThrow(
      /"all-mpnet-base-v2" is not installed/,
    );
  });

  it('does not replace a built-in model', async () => {
    const server = await startOpenAiServer();
    const { model, access } = await openTestModel(
      'embeddings',
      'builtin-hash-384',
      settingsFor(server, { model: 'bge-base' }),
    );
    await model.embed(['a']);
    expect(server.requests).toEqual([]);
    expect(access.usedModel).toEqual({ name: 'builtin-hash-384', route: 'builtin' });
  });
});

describe('chat', () => {
  it('translates each text between the languages of the model', async () => {
    const server = await startOpenAiServer();
    server.chat = (prompt) => `<think>hm</think>\n ${prompt.toUpperCase()} `;
    const { model } = await openTestModel('translate', 'opus-mt-en-es', {
      ...settingsFor(server),
      module: 'translate',
    });
    expect(await model.translate(['one', '', 'two'])).toEqual(['ONE', '', 'TWO']);
    expect(JSON.stringify(server.requests[0]!.json['messages'])).toContain('from English to Spanish');
  });

  it('summarizes, on one line', async () => {
    const server = await startOpenAiServer();
    server.chat = () => 'It turns.\nIt stops.';
    const { model } = await openTestModel('summarize', 'bart-large-cnn', {
      ...settingsFor(server),
      module: 'summarize',
    });
    expect(await model.summarize('A long story.')).toBe('It turns. It stops.');
  });

  it.each([
    ['plain', '{"positive": 0.7, "negative": 0.1, "neutral": 0.2}'],
    ['wrapped', 'Sure!\n```json\n{"positive": 0.35, "negative": 0.05, "neutral": 0.1}\n```'],
  ])('returns sentiment scores from a response that is %s', async (_, response) => {
    const server = await startOpenAiServer();
    server.chat = () => response;
    const settings = { ...settingsFor(server), module: 'sentiment' };
    const { model } = await openTestModel('sentiment', 'distilbert-base-uncased-finetuned-sst-2-english', settings);
    const [scores] = await model.classify(['fine']);
    expect(scores).toEqual({
      positive: near(0.7),
      negative: near(0.1),
      neutral: near(0.2),
    });
  });

  it('gets every part of a text beyond the window, but no blank part', async () => {
    const server = await startOpenAiServer();
    const received: string[] = [];
    const text = `The mill turns all day. It stops at night.${' '.repeat(100)}The end is good.`;
    const settings = (module: string) => ({ ...settingsFor(server, { windowCharacters: 25 }), module });
    server.chat = (piece) => {
      received.push(piece);
      return piece.trim().toUpperCase();
    };
    const whole = 'THE MILL TURNS ALL DAY. IT STOPS AT NIGHT. THE END IS GOOD.';
    const { model: translator } = await openTestModel('translate', 'opus-mt-en-es', settings('translate'));
    expect(await translator.translate([text])).toEqual([whole]);
    const { model: summarizer } = await openTestModel('summarize', 'bart-large-cnn', settings('summarize'));
    expect(await summarizer.summarize(text)).toBe(whole);
    for (const piece of received) expect(piece.trim()).not.toBe('');
    const pieces = new Set(received);

    server.chat = (piece) => {
      expect(pieces).toContain(piece);
      return JSON.stringify({
        positive: piece.includes('good') ? 1 : 0,
        negative: 0,
        neutral: piece.includes('good') ? 0 : 1,
      });
    };
    const { model } = await openTestModel(
      'sentiment',
      'bert-base-multilingual-uncased-sentiment',
      settings('sentiment'),
    );
    const good = [...pieces].find((piece) => piece.includes('good')) ?? '';
    const all = [...pieces].join('').length;
    expect(await model.classify([text])).toEqual([
      { positive: near(good.length / all), negative: 0, neutral: near(1 - good.length / all) },
    ]);
  });

  it.each([
    'quite good',
    '{"positive": 7, "negative": 0, "neutral": 0}',
    '{"positive": 0, "negative": 0, "neutral": 0}',
  ])('is rejected if its sentiment scores are invalid: %s', async (response) => {
    const server = await startOpenAiServer();
    server.chat = () => response;
    const settings = { ...settingsFor(server), module: 'sentiment' };
    const { model } = await openTestModel('sentiment', 'bert-base-multilingual-uncased-sentiment', settings);
    await expect(model.classify(['fine'])).rejects.toThrow(/returned invalid sentiment scores/);
  });

  it.each([
    ['truncated', 'length', 'half a'],
    ['empty', 'stop', '  '],
  ])('is rejected if its response is %s', async (_, finishReason, response) => {
    const server = await startOpenAiServer();
    server.finishReason = finishReason;
    server.chat = () => response;
    const { model } = await openTestModel('summarize', 'bart-large-cnn', {
      ...settingsFor(server),
      module: 'summarize',
    });
    await expect(model.summarize('A story.')).rejects.toThrow(/cut off its response|returned no text/);
  });

  it('captions a picture with a model that cannot run locally', async () => {
    const server = await startOpenAiServer();
    server.chat = () => 'A grey\nsquare.';
    const path = join(folder, 'grey.png');
    await writeFile(path, encodePng(4, 4, new Uint8Array(16).fill(128)));
    const { model } = await openTestModel('caption', 'blip-image-captioning-base', {
      ...settingsFor(server),
      module: 'caption',
    });
    expect(await model.caption(path)).toBe('A grey square.');
    expect(JSON.stringify(server.requests[0]!.json)).toContain('data:image/png;base64,iVBOR');
  });
});

describe('transcription', () => {
  const second = 16_000;

  it('assigns words to their segments, with a confidence if there is one', async () => {
    const server = await startOpenAiServer();
    server.transcription = {
      text: 'Hello there. Bye.',
      segments: [
        { id: 0, start: 0, end: 1, text: ' Hello there.', avg_logprob: Math.log(0.5), no_speech_prob: 0.25 },
        { id: 1, start: 1.5, end: 2, text: ' Bye.' },
      ],
      words: [
        { word: 'Hello', start: 0, end: 0.4 },
        { word: 'there', start: 0.5, end: 1 },
        { word: 'Bye', start: 1.5, end: 2 },
      ],
    };
    const { model } = await openTestModel('transcribe', 'whisper-tiny', {
      ...settingsFor(server),
      module: 'transcribe',
    });
    const { text, segments } = await model.transcribe(new Float32Array(2 * second).fill(0.5));
    expect(text).toBe('Hello there. Bye.');
    expect(segments).toEqual([
      {
        text: ' Hello there.',
        start: 0,
        end: 1,
        noSpeechProb: 0.25,
        confidence: near(0.5),
        words: [
          { text: 'Hello', start: 0, end: 0.4, confidence: null },
          { text: 'there', start: 0.5, end: 1, confidence: null },
        ],
      },
      {
        text: ' Bye.',
        start: 1.5,
        end: 2,
        noSpeechProb: null,
        confidence: null,
        words: [{ text: 'Bye', start: 1.5, end: 2, confidence: null }],
      },
    ]);
    const { body, path } = server.requests[0]!;
    expect(path).toBe('/v1/audio/transcriptions');
    expect(body.includes('verbose_json')).toBe(true);
    const wav = body.indexOf('RIFF');
    expect(body.readUInt32LE(wav + 24)).toBe(16_000);
    expect(body.readInt16LE(wav + 44)).toBe(Math.round(0.5 * 32_767));
  });

  it('returns one segment for a response without segments', async () => {
    const server = await startOpenAiServer();
    server.transcription = { text: 'Hello.' };
    const { model } = await openTestModel('transcribe', 'whisper-tiny', {
      ...settingsFor(server),
      module: 'transcribe',
    });
    const { segments } = await model.transcribe(new Float32Array(3 * second));
    expect(segments).toEqual([{ text: 'Hello.', start: 0, end: 3, noSpeechProb: null, confidence: null, words: null }]);
  });

  it('sends long audio in parts split at silence, with times from the start of the recording', async () => {
    const server = await startOpenAiServer();
    server.transcription = { text: 'Hello.', segments: [{ start: 1, end: 2, text: 'Hello.' }] };
    const pcm = new Float32Array(700 * second).fill(0.5);
    pcm.fill(0, 590 * second, 591 * second);
    const { model } = await openTestModel('transcribe', 'whisper-tiny', {
      ...settingsFor(server),
      module: 'transcribe',
    });
    const { text, segments } = await model.transcribe(pcm);
    expect(text).toBe('Hello. Hello.');
    const starts = segments.map(({ start }) => start);
    expect(starts).toEqual([1, near(591.1, 0)]);
  });
});
