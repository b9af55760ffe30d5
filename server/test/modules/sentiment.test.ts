import { describe, expect, it } from 'vitest';
import { vaderEnglish } from '../../src/models/builtin/vader-english.js';
import { toPythonJson } from '../../src/formats/python-json.js';
import { toSentimentItem } from '../../src/modules/sentiment/run.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { endpointAt } from './endpoint-at.js';
import { runModule } from './run-module.js';

const builtin = { model: 'vader-english' };
const items = (...snippets: string[]): string => JSON.stringify(snippets.map((snippet) => ({ snippet })));

describe('sentiment', () => {
  it('writes the three scores of each text, in the order and format of the recorded outputs', async () => {
    const { text, output, ran } = await runModule('sentiment', items('I love this mill!', 'Plain words.'), builtin);
    expect(text).toBe(
      '[{"snippet": "I love this mill!", "positive": 0.692, "negative": 0.0, "neutral": 0.308}, ' +
        '{"snippet": "Plain words.", "positive": 0.0, "negative": 0.0, "neutral": 1.0}]',
    );
    expect(output.facts).toEqual({ num_lines: 2 });
    expect(ran).toEqual({ name: 'vader-english', route: 'builtin' });
  });

  it('leaves out other keys of an item, and reads the text key of the previous module', async () => {
    const content = '[{"transcript": "Terrible señor.", "line_numbers": [1, 2], "timestamped_transcript": []}]';
    const { text } = await runModule('sentiment', content, { ...builtin, textKey: 'transcript' });
    expect(text).toBe('[{"snippet": "Terrible se\\u00f1or.", "positive": 0.0, "negative": 0.756, "neutral": 0.244}]');
  });

  it('writes an empty list for an empty list', async () => {
    const { text, output } = await runModule('sentiment', '[]', builtin);
    expect(text).toBe('[]');
    expect(output.facts).toEqual({ num_lines: 0 });
  });

  it('rounds to three decimals as Python does', () => {
    const item = toSentimentItem('x', { positive: 0.0625, negative: 0.8744999, neutral: 0.1875 });
    expect(toPythonJson(item)).toBe('{"snippet": "x", "positive": 0.062, "negative": 0.874, "neutral": 0.188}');
  });

  it('requests the scores of each text from an endpoint, and reports its progress', async () => {
    const server = await startOpenAiServer();
    const moods = new Map([
      ['fine', '{"positive": 0.9, "negative": 0.1, "neutral": 0}'],
      ['awful', '{"positive": 0.0, "negative": 1.0, "neutral": 0}'],
    ]);
    server.chat = (prompt) => moods.get(prompt) ?? '';
    const { text, ran, progress } = await runModule('sentiment', items('fine', '', 'awful'), {
      models: endpointAt(server.baseUrl),
    });
    expect(JSON.parse(text)).toEqual([
      { snippet: 'fine', positive: 0.9, negative: 0.1, neutral: 0 },
      { snippet: '', positive: 0, negative: 0, neutral: 1 },
      { snippet: 'awful', positive: 0, negative: 1, neutral: 0 },
    ]);
    expect(ran).toEqual({ name: 'distilbert-base-uncased-finetuned-sst-2-english', route: 'endpoint' });
    expect(server.requests).toHaveLength(2);
    expect(progress.at(-1)).toEqual({ current: 3, total: 3 });
  });
});

it('reports progress after each text if a text takes long', async () => {
  const server = await startOpenAiServer();
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  server.chat = () => {
    Atomics.wait(sleeper, 0, 0, 60);
    return '{"positive": 1, "negative": 0, "neutral": 0}';
  };
  const { progress } = await runModule('sentiment', items('one', 'two', 'three'), {
    models: endpointAt(server.baseUrl, 1),
  });
  expect(progress).toEqual([1, 2, 3, 3].map((current) => ({ current, total: 3 })));
});

describe('vader-english', () => {
  const score = async (text: string) => {
    const [scores] = await vaderEnglish.classify([text]);
    return scores!;
  };

  it.for([
    ['The bread is wonderful, and the baker is kind.', 'positive'],
    ['The flour was ruined and everyone was angry.', 'negative'],
    ['The door is made of wood.', 'neutral'],
  ] as const)('classifies "%s" as %s', async ([text, winner]) => {
    const scores = await score(text);
    const most = winner === 'neutral' ? 0.99 : 0.3;
    expect(scores[winner]).toBeGreaterThan(most);
    expect(scores.positive + scores.negative + scores.neutral).toBeCloseTo(1, 2);
  });

  it('understands "n\'t" with a straight or a curly apostrophe', async () => {
    const typewriter = await score("I don't like it.");
    expect(typewriter.negative).toBeGreaterThan(0.4);
    expect(await score('I don’t like it.')).toEqual(typewriter);
  });

  it.for(['', '   ', '!!!', '1 2 3', 'Me encanta el molino.'])(
    'scores a text without known words as neutral: %j',
    async (text) => {
      expect(await score(text)).toEqual({ positive: 0, negative: 0, neutral: 1 });
    },
  );

  it('scores all of a long text', async () => {
    const good = 'The mill is good. '.repeat(1000);
    const bad = 'The mill is bad. '.repeat(1000);
    const [all, alone] = [await score(good + bad), await score(good)];
    expect(alone.negative).toBe(0);
    expect(all.positive).toBeCloseTo(alone.positive / 2, 1);
    expect(all.negative).toBeGreaterThan(0.2);
  });

  it.for<[name: string, text: string]>([
    ['one word in capitals', 'A'.repeat(200_000) + 'a'],
    ['long words almost in capitals', `${'A'.repeat(3999)}a `.repeat(50)],
    ['punctuation', '!?'.repeat(100_000)],
    ['names of inherited properties', 'constructor __proto__ hasOwnProperty '.repeat(1000)],
  ])('scores quickly: %s', { timeout: 20_000 }, async ([, text]) => {
    expect((await score(text)).neutral).toBeCloseTo(1, 6);
  });
});

describe.runIf(hasGold)('recorded scores of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'sentiment' && gold.expected);

  it.for(cases)('$id: writes the same bytes from the same scores', ({ expected = '' }) => {
    const recorded = readGold(expected).toString();
    const list = JSON.parse(recorded) as { snippet: string; positive: number; negative: number; neutral: number }[];
    expect(toPythonJson(list.map((item) => toSentimentItem(item.snippet, item)))).toBe(recorded);
  });

  it('NOT RUN without the recorded outputs: covers all recorded scores', () => expect(cases).toHaveLength(2));
});
