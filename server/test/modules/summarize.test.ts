import { describe, expect, it } from 'vitest';
import { extractiveSummary } from '../../src/models/builtin/extractive-summary.js';
import { splitIntoSentences } from '../../src/models/builtin/sentences.js';
import { splitIntoBlocks, wrap } from '../../src/modules/summarize/blocks.js';
import { makePdf } from '../convert/make/make-documents.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { endpointAt } from './endpoint-at.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { millStory } from './mill-story.js';
import { runModule } from './run-module.js';

const builtin = { model: 'builtin-extractive' };
/** Separators that models put between words. */
const gaps = [' ', '\n', '  ', '\n\n'];
const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const oneLine = (text: string): string => wordsOf(text).join(' ');

describe('summarize', () => {
  it('summarizes every two paragraphs, with twelve words per line and a blank line between summaries', async () => {
    const server = await startOpenAiServer();
    let count = 0;
    server.chat = () => Array.from({ length: 30 }, (_, i) => `w${count}-${i}`).join(gaps[count++]);
    const { text, output, ran, progress } = await runModule('summarize', millStory, {
      models: endpointAt(server.baseUrl, 1),
    });
    const blocks = text.split('\n\n');
    expect(blocks).toHaveLength(4);
    for (const [i, block] of blocks.entries()) {
      expect(block.split('\n').map((line) => line.split(' ').length)).toEqual([12, 12, 6]);
      expect(wordsOf(block)[0]).toBe(`w${i}-0`);
    }
    expect(text).not.toMatch(/\n$/);
    expect(output.facts).toEqual({ num_lines: 15 });
    expect(output.path).toMatch(/\.txt$/);
    expect(ran).toEqual({ name: 'bart-large-cnn', route: 'endpoint' });
    expect(progress.at(-1)).toEqual({ current: 4, total: 4 });
    const prompts = server.requests.map(
      ({ json }) => (json['messages'] as { content: string }[]).at(-1)?.content ?? '',
    );
    expect(oneLine(prompts.join(' '))).toBe(oneLine(millStory));
  });

  it('reduces four blocks to one when it runs three times', async () => {
    const sizes: number[] = [];
    let text = millStory;
    for (let round = 0; round < 3; round++) {
      const ran = await runModule('summarize', text, builtin);
      text = ran.text;
      expect(ran.output.facts).toEqual({ num_lines: text.split('\n').length });
      sizes.push(text.split('\n\n').length);
    }
    expect(sizes).toEqual([4, 2, 1]);
    expect(wordsOf(text).length).toBeLessThan(wordsOf(millStory).length / 5);
  });

  it.for(['', '\n\n', ' \t\n \n\n'])('writes an empty text for a blank one: %j', async (content) => {
    const { text, output } = await runModule('summarize', content, builtin);
    expect(text).toBe('');
    expect(output.facts).toEqual({ num_lines: 0 });
  });

  it('reads an uploaded document', async () => {
    const { text } = await runModule('summarize', makePdf([['The mill turns.']]), { ...builtin, upload: 'mill.pdf' });
    expect(text).toBe('The mill turns.');
  });

  it('rejects a text with more summaries than maxItems', async () => {
    const text = 'One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.';
    await expect(runModule('summarize', text, { ...builtin, limits: { maxItems: 2 } })).rejects.toThrow(
      'at most 2 summaries',
    );
    expect((await runModule('summarize', text, { ...builtin, limits: { maxItems: 3 } })).text).toBe(
      'One. Two.\n\nThree. Four.\n\nFive.',
    );
  });
});

describe('a paragraph', () => {
  it.for<[text: string, blocks: string[]]>([
    ['a\nb\n\nc', ['a\nb\n\nc']],
    ['a\n\n\n \t\n\nb\n\u3000\nc', ['a\n\nb', 'c']],
    ['\n\na\n\n', ['a']],
    ['\ufeffa\n\nb', ['\ufeffa\n\nb']],
  ])('ends at a blank line: %j', ([text, blocks]) => {
    expect(splitIntoBlocks(text)).toEqual(blocks);
  });
});

describe('builtin-extractive', () => {
  it('selects about a third of the sentences, unchanged and in their order', async () => {
    const text = oneLine(millStory);
    const summary = await extractiveSummary.summarize(millStory);
    const sentences = [...splitIntoSentences(summary)];
    expect(sentences.length).toBeGreaterThan(1);
    const offsets = sentences.map((sentence) => text.indexOf(sentence));
    expect(offsets).not.toContain(-1);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(wordsOf(summary).length).toBeLessThan(90);
    expect(wordsOf(summary).length).toBeGreaterThan(20);
    expect(await extractiveSummary.summarize(millStory)).toBe(summary);
  });

  it('prefers sentences about the main topic to asides, and repeats no sentence', async () => {
    const about = ['The wheel of the mill turns in the river.', 'The river turns the wheel of the mill all day.'];
    const aside = 'My uncle collects stamps from Peru and Bolivia.';
    const text = [
      'Every visitor asks how the mill wheel and the river work together.',
      ...about,
      aside,
      ...about,
      'When the river is low, the wheel of the mill stands still.',
    ].join(' ');
    const summary = await extractiveSummary.summarize(text);
    expect(summary).toContain('wheel');
    expect(summary).not.toContain('stamps');
    for (const sentence of about) expect(summary.split(sentence).length).toBeLessThanOrEqual(2);
  });

  it('finds the main topic even if the text starts with something else', async () => {
    const text = [
      'My uncle collects stamps from Peru.',
      'A cat slept on the wall.',
      'The water of the river turns the wheel.',
      'Nobody remembers that summer well.',
      'When the river rises, the wheel of the mill turns faster.',
      'The miller hears by the wheel how high the river is.',
      'The steam works in the city closed long ago.',
      'The wheel of the mill turns in the river.',
    ];
    expect(await extractiveSummary.summarize(text.join(' '))).toBe([text[2], text[4], text[7]].join(' '));
  });

  it('covers all of a text without paragraphs', async () => {
    const chapters = ['bread', 'water', 'stone', 'wheat'].map((topic) =>
      Array.from({ length: 60 }, (_, i) => `The ${topic} of day ${i} was good ${topic}.`).join(' '),
    );
    const summary = await extractiveSummary.summarize(chapters.join(' '));
    for (const topic of ['bread', 'water', 'stone', 'wheat']) expect(summary).toContain(topic);
    expect(wordsOf(summary).length).toBeLessThan(4 * 70);
  });

  it.for<[language: string, text: string, sentences: string[]]>([
    [
      'English',
      'Mr. Pell came at 7.30 p.m. to J. Voss. "Stop!" he said. It cost 3.50 marks, approx. five. No end',
      ['Mr. Pell came at 7.30 p.m. to J. Voss.', '"Stop!"', 'he said.', 'It cost 3.50 marks, approx. five.', 'No end'],
    ],
    ['Spanish', '¿Quién vive? El Sr. Núñez. ¡Abre!', ['¿Quién vive?', 'El Sr. Núñez.', '¡Abre!']],
    ['Chinese', '磨坊在河边。“水推动轮子。”谁？', ['磨坊在河边。', '“水推动轮子。”', '谁？']],
    ['lines', 'One line\nand its end.\n\nA heading\n\nText.', ['One line and its end.', 'A heading', 'Text.']],
    ['punctuation', '*** --- !!! ... ???', []],
  ])('splits sentences: %s', ([, text, sentences]) => {
    expect([...splitIntoSentences(text)]).toEqual(sentences);
  });

  it.for<[name: string, text: string]>([
    ['one word of a megabyte', 'a'.repeat(1_000_000)],
    ['200 000 words without a full stop', 'word '.repeat(200_000)],
    ['full stops and quotation marks', '.'.repeat(500_000) + '"'.repeat(500_000)],
    ['initials', 'A. '.repeat(300_000)],
    ['spaces after a line end', `a\n${' '.repeat(1_000_000)}b`],
    ['twenty thousand sentences', 'The mill turns. '.repeat(20_000)],
  ])('summarizes quickly: %s', { timeout: 30_000 }, async ([, text]) => {
    const summary = await extractiveSummary.summarize(text);
    expect(summary.length).toBeLessThan(text.length / 2);
  });
});

describe.runIf(hasGold)('recorded summaries of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'summarize' && gold.expected);
  const text = (file: string): string => readGold(file).toString().replaceAll(/\r\n?/g, '\n');

  it.for(cases)(
    '$id: has the same number of blocks, and wraps the same words to the same lines',
    ({ input = '', expected = '' }) => {
      const recorded = text(expected).split('\n\n');
      expect(splitIntoBlocks(text(input))).toHaveLength(recorded.length);
      expect(recorded.map((block) => wrap(oneLine(block)))).toEqual(recorded);
    },
  );

  it('NOT RUN without the recorded outputs: covers all recorded summaries', () => expect(cases).toHaveLength(2));
});
