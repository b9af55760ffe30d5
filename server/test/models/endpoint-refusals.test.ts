import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { listSnippets } from '../../src/formats/snippets-file.js';
import { endpointAt } from '../modules/endpoint-at.js';
import { runModule } from '../modules/run-module.js';
import { firstRole, formValues, inputs, refusal, refusing, chatReply } from '../support/endpoints/endpoint-habits.js';
import {
  startOpenAiServer,
  type Habit,
  type Mode,
  type OpenAiRequest,
  type Reply,
} from '../support/endpoints/openai-server.js';
import { openTestModel } from './open.js';

const startEmbedder = async (mode: Mode) => {
  const server = await startOpenAiServer(mode);
  return { server, ...(await openTestModel('embeddings', 'all-MiniLM-L6-v2', endpointAt(server.baseUrl))) };
};
const startTranslator = async (mode: Mode) => {
  const server = await startOpenAiServer(mode);
  return {
    server,
    ...(await openTestModel('translate', 'opus-mt-en-es', { ...endpointAt(server.baseUrl), module: 'translate' })),
  };
};
const makeTexts = (count: number): string[] => Array.from({ length: count }, (_, i) => 'x'.repeat(i + 1));
const snippets = (list: readonly string[]): string => JSON.stringify(list.map((snippet) => ({ snippet })));
const speech = new Float32Array(16_000 * 3).fill(0.5);

describe('a field that an endpoint rejects', () => {
  const roleRefusal = { object: 'error', message: 'System role not supported', type: 'BadRequestError', code: 400 };
  it.each<[string, Habit, (request: OpenAiRequest) => unknown, unknown[]]>([
    [
      'temperature',
      refusing(
        ({ json }) => 'temperature' in json,
        refusal("Unsupported value: 'temperature' does not support 0.", 'temperature'),
      ),
      ({ json }) => json['temperature'],
      [0, undefined, undefined],
    ],
    [
      'the system role, in vLLM',
      refusing((request) => firstRole(request) === 'system', { status: 400, body: roleRefusal }),
      firstRole,
      ['system', 'user', 'user'],
    ],
    [
      "the system role, in llama.cpp's templates",
      refusing((request) => firstRole(request) === 'system', {
        status: 500,
        body: {
          error: { code: 500, message: 'Conversation roles must alternate user/assistant/…', type: 'server_error' },
        },
      }),
      firstRole,
      ['system', 'user', 'user'],
    ],
    [
      "temperature, in FastAPI's words",
      refusing(({ json }) => 'temperature' in json, {
        status: 422,
        body: {
          detail: [{ loc: ['body', 'temperature'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }],
        },
      }),
      ({ json }) => json['temperature'],
      [0, undefined, undefined],
    ],
  ])('of a chat is left out of later requests: %s', async (_, habit, sent, expected) => {
    const { server, model } = await startTranslator(habit);
    server.chat = (text) => text.toUpperCase();
    const [one = ''] = await model.translate(['one']);
    const [two = ''] = await model.translate(['two']);
    expect(server.requests.map(sent)).toEqual(expected);
    // the instruction must not be lost
    expect(JSON.stringify(server.requests.at(-1)?.json)).toContain('from English to Spanish');
    expect([one, two].map((text) => text.split('\n').at(-1))).toEqual(['ONE', 'TWO']);
  });

  it('is left out in the next run of the process as well', async () => {
    const { server, model } = await startTranslator(
      refusing(({ json }) => 'temperature' in json, refusal('no', 'temperature')),
    );
    await model.translate(['one']);
    const { model: next } = await openTestModel('translate', 'opus-mt-en-es', {
      ...endpointAt(server.baseUrl),
      module: 'translate',
    });
    await next.translate(['two']);
    expect(server.requests).toHaveLength(3);
  });

  it('of embeddings is left out: encoding_format, and base64 vectors are decoded', async () => {
    const { server, model } = await startEmbedder(({ json }) =>
      'encoding_format' in json
        ? refusal('Unknown parameter: encoding_format')
        : {
            body: { data: [{ index: 0, embedding: Buffer.from(Float32Array.of(0.5, -2).buffer).toString('base64') }] },
          },
    );
    expect(await model.embed(['a'])).toEqual([Float32Array.of(0.5, -2)]);
    expect(server.requests).toHaveLength(2);
  });

  it('of a transcription is left out: word timestamps, then verbose_json', async () => {
    const server = await startOpenAiServer((request) => {
      if (formValues(request, 'timestamp_granularities[]').includes('word')) {
        return refusal("timestamp_granularities 'word' is not supported", 'timestamp_granularities');
      }
      if (formValues(request, 'response_format').includes('verbose_json')) {
        return refusal(
          "response_format 'verbose_json' is not compatible with model 'm'. Use 'json'.",
          'response_format',
        );
      }
      return { body: { text: 'Hello.' } };
    });
    const { model, warnings } = await openTestModel('transcribe', 'whisper-tiny', {
      ...endpointAt(server.baseUrl),
      module: 'transcribe',
    });
    const { segments } = await model.transcribe(speech);
    expect(segments).toMatchObject([{ text: 'Hello.', start: 0, end: 3 }]);
    expect(warnings).toMatchObject([{ code: 'transcript-times' }]);
    await model.transcribe(speech);
    expect(server.requests.map((request) => formValues(request, 'response_format'))).toEqual([
      ['verbose_json'],
      ['verbose_json'],
      ['json'],
      ['json'],
    ]);
  });

  it('fails the run if the field is required', async () => {
    const { server, model } = await startTranslator(() => refusal('max_tokens is too large', 'max_tokens'));
    await expect(model.translate(['one'])).rejects.toThrow(/returned 400: max_tokens is too large\./);
    expect(server.requests).toHaveLength(1);
  });
});

describe('the path of an endpoint', () => {
  it.each([
    ['', '/v1/embeddings'],
    ['/', '/v1/embeddings'],
    ['/v1', '/v1/embeddings'],
    ['/v1/', '/v1/embeddings'],
    ['/api/v3//', '/api/v3/embeddings'],
    ['/v1?tag=blue', '/v1/embeddings?tag=blue'],
    ['/openai/deployments/small?api-version=2024-10-21', '/openai/deployments/small/embeddings?api-version=2024-10-21'],
    ['?api-version=2024-10-21', '/openai/deployments/all-MiniLM-L6-v2/embeddings?api-version=2024-10-21'],
  ])('follows the base URL %j', async (path, expected) => {
    const server = await startOpenAiServer();
    const baseUrl = server.baseUrl.replace('/v1', path);
    const { endpoint } = endpointAt(baseUrl);
    const { model } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', {
      endpoint: { ...endpoint!, apiKey: 'sk-12345678' },
    });
    await model.embed(['a']);
    const [request] = server.requests;
    expect(request?.path).toBe(expected);
    const isAzure = expected.includes('api-version');
    expect([request?.headers['api-key'], request?.headers.authorization]).toEqual(
      isAzure ? ['sk-12345678', undefined] : [undefined, 'Bearer sk-12345678'],
    );
  });

  it('is tried without /v1 after a 404, and the first error is reported if both fail', async () => {
    const { server, model } = await startEmbedder('ok');
    const notFound: Habit = ({ path }) =>
      path.startsWith('/v1')
        ? { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }
        : undefined;
    server.mode = notFound;
    const bare = server.baseUrl.replace('/v1', '');
    const { model: bareModel } = await openTestModel('embeddings', 'all-MiniLM-L6-v2', endpointAt(bare));
    await bareModel.embed(['a']);
    await bareModel.embed(['a']);
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/embeddings', '/embeddings', '/embeddings']);
    await expect(model.embed(['a'])).rejects.toThrow(/returned 404 \(model or path not found\): 404 page not found\./);
  });
});

describe('a batch', () => {
  it('is halved until the endpoint accepts it, and its size is used from then on', async () => {
    const { server, model } = await startEmbedder(
      refusing(
        (request) => inputs(request).length > 10,
        refusal('batch size is invalid, it should not be larger than 10'),
      ),
    );
    expect((await model.embed(makeTexts(32))).map(([length]) => length)).toEqual(
      makeTexts(32).map((text) => text.length),
    );
    server.requests.length = 0;
    await model.embed(makeTexts(20));
    expect(server.requests.map((request) => inputs(request).length).sort()).toEqual([4, 8, 8]);
  });

  it.each<[string, Habit]>([
    ['no index', (request) => ({ body: { data: inputs(request).map((text) => ({ embedding: [text.length] })) } })],
    [
      'no index 0',
      (request) => ({
        body: { data: inputs(request).map((text, i) => ({ ...(i && { index: i }), embedding: [text.length] })) },
      }),
    ],
    [
      'only the index 0',
      (request) => ({ body: { data: inputs(request).map((text) => ({ index: 0, embedding: [text.length] })) } }),
    ],
    [
      'a vector of the first text only',
      (request) => ({ body: { data: [{ index: 0, embedding: [inputs(request)[0]!.length] }] } }),
    ],
    [
      'only single texts as input',
      (request) =>
        typeof request.json['input'] === 'string'
          ? { body: { data: [{ index: 0, embedding: [request.json['input'].length] }] } }
          : { status: 422, body: { detail: [{ loc: ['body', 'input'], msg: 'Input should be a valid string' }] } },
    ],
  ])('returns a vector for each text from a server with %s', async (_, habit) => {
    const { model } = await startEmbedder(habit);
    expect((await model.embed(makeTexts(5))).map(([length]) => length)).toEqual([1, 2, 3, 4, 5]);
  });

  it('fails with the text that is rejected, and does not get smaller for others', async () => {
    const { server, model } = await startEmbedder(
      refusing((request) => inputs(request).includes('bad text'), refusal('content filter')),
    );
    await expect(model.embed([...makeTexts(20), 'bad text', ...makeTexts(11)])).rejects.toThrow(
      /returned 400: content filter\. The text begins with "bad text"\./,
    );
    server.requests.length = 0;
    await model.embed(makeTexts(32));
    expect(server.requests).toHaveLength(1);
  });

  it('leaves a rejected text out of the output of text-embedder, with a warning', async () => {
    const server = await startOpenAiServer(
      refusing((request) => inputs(request).some((text) => text.startsWith('bad')), refusal('content filter')),
    );
    const options = { models: endpointAt(server.baseUrl) };
    const { output, warnings } = await runModule('text-embedder', snippets(['one', 'bad text', 'three']), options);
    expect(output.facts).toEqual({ num_vectors: 2 });
    expect(warnings.map(({ code }) => code)).toEqual(['text-refused']);
    expect(warnings[0]?.message).toMatch(
      /^Item \[1\] was left out, so the rows of later items move up\. The endpoint .* content filter\. The text begins with "bad text"\.$/,
    );
    const found = listSnippets(await readFile(output.snippetsPath!));
    expect(found.map(({ text, lineNumbers }) => [text, lineNumbers])).toEqual([
      ['one', [1]],
      ['three', [3]],
    ]);
    // if the endpoint rejects every text, the run fails
    await expect(runModule('text-embedder', snippets(['bad one', 'bad two']), options)).rejects.toThrow(
      'content filter',
    );
  });

  it('leaves out blank texts, whose vectors have no meaning, with a warning', async () => {
    const server = await startOpenAiServer(
      refusing((request) => inputs(request).some((text) => text.trim() === ''), refusal('$.input is invalid')),
    );
    const { output, warnings } = await runModule('text-embedder', snippets(['one', '', ' \n', 'three']), {
      models: endpointAt(server.baseUrl),
    });
    expect(output.facts).toEqual({ num_vectors: 4 });
    expect(warnings).toEqual([
      { code: 'blank-text', message: '2 of 4 items have no text. Their vectors have no meaning.' },
    ]);
    expect(inputs(server.requests[0]!)).toEqual(['one', 'three']);
  });
});

describe("a text that is longer than the model's context", () => {
  const sentences = Array.from({ length: 30 }, (_, i) => `Sentence number ${i} is here.`).join(' ');
  const words = "This model's maximum context length is 128 tokens. However, you requested 200 tokens.";
  const tooLong = (length: number): Reply | undefined =>
    length > 300
      ? { status: length > 600 ? 500 : 400, body: { object: 'error', message: words, code: 400 } }
      : undefined;

  it('is sent in parts that fit, and later texts are split before the first request', async () => {
    const sizeOf = ({ json }: OpenAiRequest): number =>
      (json['messages'] as { content: string }[]).at(-1)!.content.length;
    const { server, model } = await startTranslator((request) => tooLong(sizeOf(request)));
    server.chat = (text) => text.trim();
    expect(await model.translate([sentences])).toEqual([sentences]);
    server.requests.length = 0;
    expect(await model.translate([sentences])).toEqual([sentences]);
    expect(Math.max(...server.requests.map(sizeOf))).toBeLessThanOrEqual(300);
  });

  it('gets the mean of the vectors of its parts, and batches keep their size', async () => {
    const { server, model } = await startEmbedder((request) =>
      tooLong(Math.max(...inputs(request).map((text) => text.length))),
    );
    const [short, long] = await model.embed(['short', sentences, 'other']);
    expect(short?.[0]).toBe(5);
    expect(long?.[0]).toBeGreaterThan(100);
    expect(long?.[0]).toBeLessThan(300);
    server.requests.length = 0;
    await model.embed(makeTexts(32));
    expect(server.requests).toHaveLength(1);
  });

  it('fails with the message of the server if no part is short enough', async () => {
    const { model } = await startTranslator(() => ({ status: 400, body: { message: words } }));
    await expect(model.translate([sentences])).rejects.toThrow(
      /returned 400: This model's maximum context length is 128 tokens/,
    );
  });
});

describe('a text that an endpoint rejects', () => {
  const refusingOne: Habit = ({ json }, right) =>
    JSON.stringify(json).includes('number 7') ? refusal('content filter') : { body: right() };
  const list = Array.from({ length: 12 }, (_, i) => `Sentence number ${i}.`);

  it('has an empty translation, and a warning with its index', async () => {
    const server = await startOpenAiServer(refusingOne);
    const { text, warnings } = await runModule('translate', snippets(list), { models: endpointAt(server.baseUrl) });
    const items = (JSON.parse(text) as { snippet: string }[]).map(({ snippet }) => snippet);
    expect(items).toEqual(list.map((snippet, i) => (i === 7 ? '' : `you said: ${snippet}`)));
    expect(warnings).toEqual([
      {
        code: 'text-refused',
        message: expect.stringMatching(
          /^Item \[7\] is empty in the output\. The endpoint .* returned 400: content filter\.$/,
        ) as string,
      },
    ]);
  });

  it('is left out of sentiment scores and summaries', async () => {
    const server = await startOpenAiServer(refusingOne);
    server.chat = () => '{"positive": 1, "negative": 0, "neutral": 0}';
    const moods = await runModule('sentiment', snippets(list), { models: endpointAt(server.baseUrl) });
    expect((JSON.parse(moods.text) as { snippet: string }[]).map(({ snippet }) => snippet)).toEqual(
      list.filter((_, i) => i !== 7),
    );
    server.chat = (text) => text;
    const summary = await runModule('summarize', list.join('\n\n'), { models: endpointAt(server.baseUrl) });
    expect(summary.text.split('\n\n')).toHaveLength(5);
    expect(summary.warnings).toMatchObject([
      { code: 'text-refused', message: expect.stringContaining('The summary of block 4 of 6 was left out.') as string },
    ]);
  });

  it('fails the run after a few requests if every text is rejected', async () => {
    const server = await startOpenAiServer(() => chatReply(null, { refusal: 'I cannot help with that.' }));
    const models = endpointAt(server.baseUrl);
    const many = snippets(Array.from({ length: 500 }, (_, i) => `Sentence ${i}.`));
    await expect(runModule('translate', many, { models })).rejects.toThrow(
      /refused to respond: I cannot help with that\./,
    );
    expect(server.requests.length).toBeLessThan(20);
    await expect(runModule('translate', snippets(['one', '']), { models })).rejects.toThrow(/refused to respond/);
  });
});

describe('requests', () => {
  it('are sent in parallel up to the concurrency, and their results keep the order', async () => {
    let waiting: (() => void)[] = [];
    let maxWaiting = 0;
    const server = await startOpenAiServer(async (_request, right) => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        maxWaiting = Math.max(maxWaiting, waiting.length);
        // responds when three requests wait, to the last one first
        if (waiting.length === 3) {
          for (const next of waiting.reverse()) next();
          waiting = [];
        }
      });
      return { body: right() };
    });
    const list = Array.from({ length: 12 }, (_, i) => `text ${i}`);
    const { text } = await runModule('translate', snippets(list), { models: endpointAt(server.baseUrl, 3) });
    expect(JSON.parse(text)).toEqual(list.map((snippet) => ({ snippet: `you said: ${snippet}` })));
    expect(maxWaiting).toBe(3);
  });
});
