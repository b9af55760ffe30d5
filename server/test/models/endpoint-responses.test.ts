import { describe, expect, it } from 'vitest';
import { endpointAt } from '../modules/endpoint-at.js';
import { chatReply } from '../support/endpoints/endpoint-habits.js';
import { startOpenAiServer, type Reply } from '../support/endpoints/openai-server.js';
import { near } from './near.js';
import { openTestModel } from './open.js';

async function translate(reply: Reply, text = 'Hello world.'): Promise<string> {
  const server = await startOpenAiServer(() => reply);
  const { model } = await openTestModel('translate', 'opus-mt-en-es', {
    ...endpointAt(server.baseUrl),
    module: 'translate',
  });
  return (await model.translate([text])).join('');
}
const event = (delta: object, reason: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const stream = (...events: string[]): Reply => ({
  headers: { 'content-type': 'text/event-stream' },
  body: events.join(''),
});

describe('the text of a chat completion', () => {
  it.each<[string, Reply]>([
    ['reasoning before the text', chatReply('<think>\nOkay.\n</think>\n\nHola mundo.')],
    ['other tags around the reasoning', chatReply('<Thinking>Okay.</Thinking>Hola mundo.')],
    ["Magistral's tags around the reasoning", chatReply('[THINK]Okay.[/THINK]Hola mundo.')],
    ['reasoning with only an end tag', chatReply('Okay, the subject.\n</think>\nNo, wait.\n</think>\n\nHola mundo.')],
    ['reasoning in a separate field', chatReply('Hola mundo.', { reasoning_content: 'Okay.' })],
    [
      'an analysis channel',
      chatReply(
        '<|channel|>analysis<|message|>Okay.<|end|><|start|>assistant<|channel|>final<|message|>Hola mundo.<|return|>',
      ),
    ],
    [
      'content in parts',
      chatReply([
        { type: 'thinking', thinking: [{ type: 'text', text: 'Okay.' }] },
        { type: 'text', text: 'Hola ' },
        { type: 'text', text: 'mundo.' },
      ]),
    ],
    ['no finish reason', chatReply('Hola mundo.', {}, null)],
    [
      'an event stream',
      stream(
        event({ role: 'assistant', content: '' }),
        event({ reasoning_content: 'Okay.' }),
        event({ content: 'Hola' }),
        event({ content: ' mundo.' }, 'stop'),
        'data: [DONE]\n\n',
      ),
    ],
    [
      'the content type of an event stream',
      { ...chatReply('Hola mundo.'), headers: { 'content-type': 'text/event-stream' } },
    ],
    [
      'an event stream whose events have no error',
      stream(
        `data: ${JSON.stringify({ error: null, choices: [{ delta: { content: 'Hola mundo.' }, finish_reason: 'stop' }] })}\n\n`,
      ),
    ],
    [
      'an event stream without a finish reason',
      stream(': hello\n\n', event({ content: 'Hola mundo.' }), 'data: [DONE]\n\n'),
    ],
  ])('is found in a response with %s', async (_, reply) => {
    expect(await translate(reply)).toBe('Hola mundo.');
  });

  it.each<[string, Reply, RegExp]>([
    [
      'reasoning without an end tag',
      chatReply('<think>\nOkay, I start with'),
      /ended its response before it finished its reasoning/,
    ],
    [
      'only an analysis channel',
      chatReply('<|channel|>analysis<|message|>Okay, I start'),
      /ended its response before it finished its reasoning/,
    ],
    [
      'only reasoning in a separate field',
      chatReply(null, { reasoning_content: 'The user wants' }),
      /returned reasoning, but no text/,
    ],
    ['truncated', chatReply('Hola mun', {}, 'length'), /cut off its response because its token limit is too low/],
    [
      'truncated by a content filter',
      chatReply('Hola mu', {}, 'content_filter'),
      /stopped its response because of its content filter/,
    ],
    [
      'removed by a content filter',
      chatReply(null, {}, 'content_filter'),
      /stopped its response because of its content filter/,
    ],
    ['a refusal', chatReply(null, { refusal: "I'm sorry,\nI can't." }), /refused to respond: I'm sorry, I can't\./],
    ['empty', chatReply(null), /returned no text/],
    ['a truncated event stream', stream(event({ content: 'Hola' })), /cut off its response/],
    [
      'an error within an event stream',
      stream('data: {"error": {"message": "out of memory"}}\n\n'),
      /returned an error: out of memory/,
    ],
  ])('is rejected if it is %s', async (_, reply, message) => {
    await expect(translate(reply)).rejects.toThrow(message);
  });

  it('keeps tags that are part of the translated text', async () => {
    const reply = chatReply('Cierre con </think> y siga.');
    expect(await translate(reply, 'Close with </think> and go on.')).toBe('Cierre con </think> y siga.');
  });
});

describe('a sentiment response', () => {
  it.each([
    ['in a code fence', '```json\n{"positive": 0.7, "negative": 0.1, "neutral": 0.2}\n```'],
    [
      'after a description of the format',
      'The format is {"positive": p, "negative": n}. So: {"positive": 0.7, "negative": 0.1, "neutral": 0.2}',
    ],
    [
      'after an example',
      '{"positive": 1, "negative": 0, "neutral": 0} would be joy. {"positive": 0.7, "negative": 0.1, "neutral": 0.2}',
    ],
    ['as percentages', '{"positive": 70, "negative": 10, "neutral": 20}'],
    ['as strings', '{"positive": "0.7", "negative": "0,1", "neutral": "0.2"}'],
    ['as strings with percent signs', '{"positive": "70%", "negative": "10 %", "neutral": "20%"}'],
    ['with capitalized names', '{"Positive": 0.7, "NEGATIVE": 0.1, "Neutral": 0.2}'],
    ['inside another object', '{"sentiment": {"positive": 0.7, "negative": 0.1, "neutral": 0.2}}'],
  ])('is parsed %s', async (_, text) => {
    const server = await startOpenAiServer(() => chatReply(text));
    const settings = { ...endpointAt(server.baseUrl), module: 'sentiment' };
    const { model } = await openTestModel('sentiment', 'distilbert-base-uncased-finetuned-sst-2-english', settings);
    expect(await model.classify(['fine'])).toEqual([{ positive: near(0.7), negative: near(0.1), neutral: near(0.2) }]);
  });
});

describe('a transcript of eight seconds', () => {
  const segment = (more: object = {}) => ({ id: 0, start: 0, end: 2.5, text: ' Hello.', ...more });
  const transcribe = async (body: unknown, headers = {}) => {
    const server = await startOpenAiServer(() => ({ body, headers }));
    const settings = { ...endpointAt(server.baseUrl), module: 'transcribe' };
    const { model, warnings } = await openTestModel('transcribe', 'whisper-tiny', settings);
    const { text, segments } = await model.transcribe(new Float32Array(8 * 16_000).fill(0.5));
    return { text: text.trim(), spans: segments.map(({ start, end }) => [start, end]), segments, warnings };
  };

  it.each<[string, unknown, number[][], number]>([
    ['nanoseconds', { text: 'Hello.', segments: [segment({ end: 2_500_000_000 })] }, [[0, 2.5]], 1],
    ['milliseconds', { text: 'Hello.', segments: [segment({ end: 2500 })] }, [[0, 2.5]], 1],
    ['an end after that of the recording', { text: 'Hello.', segments: [segment({ end: 30 })] }, [[0, 8]], 0],
    ['a negative start', { text: 'Hello.', segments: [segment({ start: -0.02 })] }, [[0, 2.5]], 0],
    ['an end before its start', { text: 'Hello.', segments: [segment({ start: 3 })] }, [[3, 3]], 0],
    ['no end', { text: 'Hello.', segments: [segment({ end: null })] }, [[0, 8]], 1],
    [
      'no end, but a next segment',
      { segments: [segment({ end: null }), segment({ start: 4, end: 5 })] },
      [
        [0, 4],
        [4, 5],
      ],
      1,
    ],
    ['neither start nor end', { text: 'Hello.', segments: [{ text: 'Hello.' }] }, [[0, 8]], 1],
    [
      'times as strings',
      { text: 'Hello.', segments: [segment({ start: '0.50', end: '00:00:02.500' })] },
      [[0.5, 2.5]],
      0,
    ],
    ['no segments', { text: 'Hello.', segments: [], words: null, language: 'english' }, [[0, 8]], 1],
    ['segments without text', { text: 'Hello.', segments: [segment({ text: '' })] }, [[0, 8]], 1],
    ['only a text', { text: 'Hello.' }, [[0, 8]], 1],
    [
      'NaN',
      '{"text": "Hello. NaN", "segments": [{"start": 0.0, "end": 2.5, "text": " Hello. NaN", "avg_logprob": NaN}]}',
      [[0, 2.5]],
      0,
    ],
  ])('has times within the recording if the response has %s', async (_, body, expected, warned) => {
    const { text, spans, warnings } = await transcribe(body);
    expect(text).toContain('Hello.');
    expect(spans).toEqual(expected);
    expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: warned }, () => 'transcript-times'));
  });

  it('is parsed from plain text, and from JSON with the type of plain text', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    expect(await transcribe('Hello.\n', headers)).toMatchObject({ text: 'Hello.', spans: [[0, 8]] });
    expect(await transcribe({ text: 'Hello.', segments: [segment()] }, headers)).toMatchObject({ spans: [[0, 2.5]] });
    await expect(transcribe('<html></html>', headers)).rejects.toThrow(
      /did not return a transcription, but a web page/,
    );
    await expect(transcribe({ ok: true })).rejects.toThrow(/did not return a transcription/);
  });

  it('gets words and their confidence from segments, even if some numbers are invalid', async () => {
    const words = [
      { word: ' Hello.', start: 0, end: 'soon', probability: 0.9 },
      { word: ' There', start: null, end: 1 },
    ];
    for (const topLevelWords of [null, []]) {
      const { segments } = await transcribe({
        text: 'Hello.',
        segments: [segment({ words, no_speech_prob: 'low' })],
        words: topLevelWords,
      });
      expect(segments).toMatchObject([
        { noSpeechProb: null, confidence: null, words: [{ text: 'Hello.', start: 0, end: 0, confidence: 0.9 }] },
      ]);
    }
  });

  it('is empty for a recording without speech', async () => {
    expect(await transcribe({ text: ' ', segments: [] })).toMatchObject({ text: '', segments: [], warnings: [] });
  });
});
