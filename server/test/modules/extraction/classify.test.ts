import type { Classification } from 'millrace/shared/types/extraction.js';
import type { Json } from 'millrace/shared/types/json.js';
import { describe, expect, it } from 'vitest';
import { endpointAt } from '../endpoint-at.js';
import { runModule, temporaryDirectory, type RunOptions } from '../run-module.js';
import { refusal } from '../../support/endpoints/endpoint-habits.js';
import { startOpenAiServer, type OpenAiServer } from '../../support/endpoints/openai-server.js';

const labels = { invoice: 'A bill that asks for money', letter: 'A message to a person' };

async function classify(
  text: string,
  server: OpenAiServer | undefined,
  params: Record<string, Json> = {},
  more: RunOptions = {},
) {
  const ran = await runModule('classify', text, {
    upload: 'a.txt',
    model: server ? 'chat' : 'builtin-nearest-label',
    params: { labels, ...params },
    ...(server && { models: endpointAt(server.baseUrl) }),
    ...more,
  });
  return {
    ...ran,
    output: JSON.parse(ran.text) as Classification & Classification[],
    codes: ran.warnings.map(({ code }) => code),
  };
}

/** Returns log probabilities as a server sends them: each token, and the probabilities of its alternatives. */
const logprobsOf = (...tokens: readonly (readonly [text: string, others?: Readonly<Record<string, number>>])[]) => ({
  content: tokens.map(([token, others = {}]) => ({
    token,
    logprob: 0,
    top_logprobs: Object.entries(others).map(([text, share]) => ({ token: text, logprob: Math.log(share) })),
  })),
});

async function startServerChoosing(content: string, logprobs?: object): Promise<OpenAiServer> {
  const server = await startOpenAiServer(() => ({
    body: { choices: [{ finish_reason: 'stop', message: { content }, ...(logprobs && { logprobs }) }] },
  }));
  return server;
}

describe('a language model', () => {
  it('chooses one label, with its probability as the score', async () => {
    const server = await startServerChoosing('A', logprobsOf(['A', { A: 0.72, ' B': 0.18, Hello: 0.1 }]));
    const { output, codes } = await classify('Please pay 12 euros.', server);
    expect(output).toEqual({
      label: 'invoice',
      score: 0.8,
      labels: [
        { label: 'invoice', score: 0.8 },
        { label: 'letter', score: 0.2 },
        { label: 'other', score: 0 },
      ],
    });
    expect(codes).toEqual([]);
    const [instruction] = (server.requests[0]?.json['messages'] ?? []) as { content: string }[];
    expect(instruction?.content).toContain(
      'A: invoice (A bill that asks for money)\nB: letter (A message to a person)\nC: other (',
    );
  });

  it.for([
    ['the name of a label', 'Letter', 'letter'],
    ['the letter and the name of a label', '**B: letter**', 'letter'],
    ['the letter of the label other', 'C', 'other'],
  ] as const)('may write %s, and gives no score without log probabilities', async ([, content, label]) => {
    const server = await startServerChoosing(content);
    server.mode = ({ json }) =>
      'logprobs' in json ? refusal('logprobs are not supported') : { body: { choices: [{ message: { content } }] } };
    const { output } = await classify('Dear Clara,', server);
    expect(output).toEqual({
      label,
      score: null,
      labels: [expect.objectContaining({ label, score: null }), ...output.labels.slice(1)],
    });
    expect(output.labels.every(({ score }) => score === null)).toBe(true);
  });

  it('chooses several labels, each with its probability', async () => {
    const lines = logprobsOf(
      ['A'],
      [' yes', { ' yes': 0.9, ' no': 0.1 }],
      ['\nB'],
      [' yes', { yes: 0.6, no: 0.4 }],
      ['\nC'],
      [' no'],
    );
    const { output } = await classify(
      'Dear Clara, please pay.',
      await startServerChoosing('A yes\nB yes\nC no', lines),
      {
        several: true,
      },
    );
    expect(output.labels).toEqual([
      { label: 'invoice', score: 0.9 },
      { label: 'letter', score: 0.6 },
    ]);
  });

  it('gets a second request if its list is incomplete, and a truncated list is not cached', async () => {
    const directory = await temporaryDirectory();
    const server = await startOpenAiServer();
    const models = { ...endpointAt(server.baseUrl), cache: { directory, maxBytes: 1_000_000 } };
    const run = () => classify('Dear Clara, please pay.', server, { several: true }, { models });
    server.finishReason = 'length';
    server.chat = () => 'A yes\nB yes\nC no';
    await expect(run()).rejects.toThrow('cut off its response because its token limit is too low');
    server.finishReason = 'stop';
    server.chat = (prompt) => (prompt.startsWith('That is not') ? 'A yes\nB yes\nC no' : 'A yes');
    expect((await run()).output.labels.map(({ label }) => label)).toEqual(['invoice', 'letter']);
    expect(server.requests).toHaveLength(4);
  });

  it('gets a second request if it does not choose a label, and then the run fails', async () => {
    const server = await startServerChoosing('I think it is about money.');
    await expect(classify('Please pay.', server)).rejects.toThrow(
      'did not choose a label, but wrote "I think it is about money."',
    );
    expect(server.requests).toHaveLength(2);
  });

  it('labels each page or each item', async () => {
    const server = await startOpenAiServer();
    server.chat = (text) => (text.includes('pay') ? 'A' : 'B');
    const byPage = await classify('Please pay.\fDear Clara,', server, { target: 'page' });
    expect(byPage.output.map(({ page, label }) => [page, label])).toEqual([
      [1, 'invoice'],
      [2, 'letter'],
    ]);
    const items = JSON.stringify([{ snippet: 'Dear Clara,' }, { snippet: 'pay me.' }]);
    const byItem = await classify(items, server, { target: 'item' }, { upload: 'items.json' });
    expect(byItem.output.map(({ snippet, label }) => [snippet, label])).toEqual([
      ['Dear Clara,', 'letter'],
      ['pay me.', 'invoice'],
    ]);
  });
});

it('chooses the nearest label without an endpoint, with a warning', async () => {
  const { output, codes } = await classify('This bill asks you for some money.', undefined);
  expect(output).toMatchObject({ label: 'invoice', score: expect.any(Number) as number });
  expect(output.score).toBeGreaterThan(0.1);
  expect(codes).toEqual(['nearest-label']);
  expect((await classify('42', undefined)).output).toMatchObject({ label: 'other', score: null });
});

it('compares all of a very long text with the labels', async () => {
  const text = `${'The wheel turns. '.repeat(20_000)}${'This bill, an invoice, asks for money. '.repeat(60)}`;
  expect((await classify(text, undefined)).output.label).toBe('invoice');
});

it.for<[Json, string]>([
  [[], 'Expected 1 to 100 labels, got 0'],
  [['a', 'A'], 'Expected labels to have different names, got "a" twice'],
  [[{ description: 'x' }], 'Expected each label to have a name'],
  [7, 'Expected labels to be a list of names, or an object of names and descriptions, got 7'],
])('rejects the labels %j', async ([invalid, message]) => {
  await expect(classify('x', undefined, { labels: invalid })).rejects.toThrow(message);
});
