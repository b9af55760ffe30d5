import { stat } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { ModuleError } from '../../src/module-contract/module.js';
import { createProgressReporter } from '../../src/modules/progress-reporter.js';
import { readValues } from './keywords/keyword-rows.js';
import { runModule, type ModuleRun, type RunOptions } from './run-module.js';

const vader = { model: 'vader-english' };
const extractive = { model: 'builtin-extractive' };
const letters = 'b c f g h k '.repeat(50_000);

describe('a limit', () => {
  it.for<[string, string, string, RunOptions, string]>([
    ['parser', 'snippets', 'Go! '.repeat(1001), { limits: { maxItems: 1000 } }, 'at most 1000 snippets'],
    ['parser', 'windows', letters, { model: 'fixed', limits: { maxItems: 1000 } }, 'at most 1000 snippets'],
    ['parser', 'bytes', 'Go on! '.repeat(50_000), { limits: { maxOutputBytes: 100_000 } }, 'at most 100000 bytes'],
    [
      'parser',
      'bytes, many times as many as the text has',
      letters,
      { model: 'fixed', params: { chunk_size: 10_000, overlap_size: 9999 }, limits: { maxOutputBytes: 1_000_000 } },
      'Expected the output to have at most 1000000 bytes, got more.',
    ],
    ['keyword-db', 'rows', letters, { limits: { maxItems: 100_000 } }, 'at most 100000 rows'],
    ['keyword-db', 'bytes', letters, { limits: { maxOutputBytes: 500_000 } }, 'at most 500000 bytes'],
    ['keyword-db', 'bytes, of the very first page', 'word', { limits: { maxOutputBytes: 100 } }, 'at most 100 bytes'],
    ['json-to-txt', 'items', '[{"snippet": "a"}, {"snippet": "b"}]', { limits: { maxItems: 1 } }, 'at most 1 items'],
    ['json-to-txt', 'bytes', '[{"snippet": "ñññ"}]', { limits: { maxOutputBytes: 5 } }, 'at most 5 bytes'],
    ['sentiment', 'items', '[{"text": "a"}, {"text": "b"}]', { ...vader, limits: { maxItems: 1 } }, 'at most 1 items'],
    ['sentiment', 'bytes', '[{"text": "a"}]', { ...vader, limits: { maxOutputBytes: 9 } }, 'at most 9 bytes'],
    ['sentiment', 'bytes of text', ' '.repeat(101), { ...vader, limits: { maxTextBytes: 100 } }, 'bytes, got 101'],
    ['summarize', 'bytes', 'Bread.', { ...extractive, limits: { maxOutputBytes: 5 } }, 'at most 5 bytes'],
    ['summarize', 'bytes of text', 'a'.repeat(101), { ...extractive, limits: { maxTextBytes: 100 } }, 'bytes, got 101'],
    ['parser', 'bytes of text', 'a'.repeat(101), { limits: { maxTextBytes: 100 } }, 'at most 100 bytes, got 101'],
    ['keyword-db', 'bytes of text', 'a'.repeat(101), { limits: { maxTextBytes: 100 } }, 'at most 100 bytes, got 101'],
    ['json-to-txt', 'bytes of text', ' '.repeat(101), { limits: { maxTextBytes: 100 } }, 'at most 100 bytes, got 101'],
  ])('stops %s with the reason beyond the maximum of %s', async ([module, , text, options, message]) => {
    const refused = runModule(module, text, options);
    await expect(refused).rejects.toThrow(ModuleError);
    await expect(refused).rejects.toThrow(message);
  });

  it('may be reached exactly', async () => {
    const { output } = await runModule('parser', 'Go! '.repeat(1000), { limits: { maxItems: 1000 } });
    expect(output.facts).toEqual({ num_lines: 1000 });
    const { size } = await stat(output.path);
    await runModule('parser', 'Go! '.repeat(1000), { limits: { maxOutputBytes: size } });
    await expect(runModule('parser', 'Go! '.repeat(1000), { limits: { maxOutputBytes: size - 1 } })).rejects.toThrow();
  });
});

describe('a hostile text', () => {
  const size = 2_000_000;
  /** The number of characters after which a sentence of plain text is cut. */
  const longest = 2000;
  const keywordDb = (text: string | Uint8Array): Promise<ModuleRun> => runModule('keyword-db', text);
  const rowCount = ({ output }: ModuleRun): unknown =>
    readValues(output.path, 'select count(*) from keyword_search')[0]?.[0];
  const snippets = async (text: string | Uint8Array, model = 'sentence'): Promise<unknown> =>
    (await runModule('parser', text, { model })).output.facts.num_lines;

  it('may be one line of 2 MB', async () => {
    const line = 'Every harbour has lights. '.repeat(size / 26);
    expect(await snippets(line)).toBe(Math.floor(size / 26));
    expect(rowCount(await keywordDb(line))).toBe(Math.floor(size / 26) * 3);
  });

  it('may be one word of 2 MB', async () => {
    expect(await snippets('s'.repeat(size))).toBe(size / longest);
    expect(await snippets('s'.repeat(size), 'fixed')).toBe(1);
    expect(rowCount(await keywordDb('s'.repeat(size)))).toBe(1);
  });

  it.for([
    ['.', size / longest],
    ['!', size / longest + 2],
    [')', size / longest],
    ['"', size / longest],
    ['- ', size / longest],
    [',', size / longest],
    ['a.)', size / longest],
    ['\n', 0],
  ] as const)('may consist of %j alone', async ([piece, count]) => {
    const text = piece.repeat(size / piece.length);
    expect(await snippets(text)).toBe(count);
    expect(rowCount(await keywordDb(text))).toBe(0);
  });

  it('may have as many sentences as words', async () => {
    expect(await snippets('? '.repeat(300_000))).toBe(300_000);
  });

  it('may have 300 000 words of one letter', async () => {
    expect(rowCount(await keywordDb(letters))).toBe(300_000);
  });

  it('may have NULs between words', async () => {
    const text = 'The first half of it\0and the second half of it. End.';
    expect(await snippets(text)).toBe(2);
    expect(rowCount(await keywordDb(text))).toBe(5);
  });

  it('may have lone surrogates', async () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('fish \ud800 bone\udc00s. End.', 'utf16le')]);
    expect(await snippets(text)).toBe(2);
    expect(rowCount(await keywordDb(text))).toBe(3);
  });
});

describe('progress', () => {
  const items = JSON.stringify(Array<unknown>(5000).fill({ snippet: 'A harbour.' }));
  it.for<[module: string, text: string, options?: RunOptions]>([
    ['parser', letters],
    ['keyword-db', 'A harbour at night.\n'.repeat(20_000)],
    ['json-to-txt', items],
    ['sentiment', items, vader],
    ['summarize', 'A harbour at night.\n\n'.repeat(2000), extractive],
  ])('of %s never decreases, and ends at the total', async ([module, text, options]) => {
    const { progress } = await runModule(module, text, options);
    const currents = progress.map(({ current }) => current);
    expect(currents).toEqual([...currents].sort((a, b) => a - b));
    expect(new Set(progress.map(({ total }) => total)).size).toBe(1);
    expect(progress.at(-1)?.current).toBe(progress.at(-1)?.total);
  });
});

describe('an aborted module', () => {
  it.for<[module: string, text: string, options?: RunOptions]>([
    ['parser', letters],
    ['keyword-db', letters],
    ['json-to-txt', '[{"snippet": "a"}]'],
    ['sentiment', '[{"snippet": "a"}]', vader],
    ['summarize', letters, extractive],
  ])('stops with the reason: %s', async ([module, text, options]) => {
    const controller = new AbortController();
    controller.abort(new Error('called off'));
    await expect(runModule(module, text, { ...options, signal: controller.signal })).rejects.toThrow('called off');
  });

  it('stops in the middle of its work, after it has reported its progress', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const controller = new AbortController();
      const progress = vi.fn();
      const reportProgress = createProgressReporter({ signal: controller.signal, progress }, 10);
      expect(reportProgress(1)).toBeUndefined();
      vi.advanceTimersByTime(60);
      await reportProgress(2);
      expect(reportProgress(3)).toBeUndefined();
      vi.advanceTimersByTime(60);
      const pause = reportProgress(4);
      controller.abort(new Error('called off'));
      await expect(pause).rejects.toThrow('called off');
      expect(progress.mock.calls).toEqual([
        [2, 10],
        [4, 10],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});
