import { inspect } from 'node:util';
import { runInThisContext } from 'node:vm';
import { flow, type FilePage } from 'millrace';
import { formatHtmlTable } from 'millrace/print/html-table.js';
import { openLineBelowCell } from 'millrace/print/notebook.js';
import {
  createFilePage,
  createKeywordSearchResult,
  createRunPage,
  createSemanticSearchResult,
  toPrintableStatus,
  createBatchSummary,
} from 'millrace/print/records.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scratch } from './support/scratch.js';
import { fileId, hostedService, listedRun, runId, runRecord } from './support/hosted-service.js';

const text = 'It was a bright cold day in April.';
const at = new Date('2026-06-02T09:30:00.000Z');
const file = {
  fileId,
  requestId: runId,
  fileName: 'a.txt',
  symbolicDirectoryPath: '/etc',
  symbolicFilePath: '/etc/a.txt',
  fileTags: [{ author: 'orwell' }, { year: '1949' }],
  fileDescription: '<b>"bold" & \'bare\'</b>',
  createdAt: at,
  lastUpdated: at,
  expiresAt: null,
  modules: { module_1: { parser: { model: 'sentence' } } },
  modulesData: {},
  numLines: 40,
  numVectors: null,
  model: null,
};
const processed = {
  requestId: runId,
  fileId,
  pipeline: 'notes',
  warnings: [],
  output: null,
  outputFiles: ['/out/a.json'],
};

const files = () => createFilePage({ items: [file], requestId: 'r1', warnings: [] } as unknown as FilePage);
const runs = () => createRunPage({ items: [listedRun({ state: 'completed' })], nextCursor: null });
const summary = () =>
  createBatchSummary({
    succeeded: 1,
    skipped: 0,
    failed: 1,
    results: [
      { status: 'succeeded' as const, key: 'a.txt', result: processed },
      { status: 'failed' as const, key: 'b.txt', error: new Error('There is no file') },
    ],
  });
const words = () =>
  createKeywordSearchResult({
    requestId: 'r1',
    items: [{ file, hits: [{ keyword: 'wheel', lineNumber: 7, keywordNumber: 9 }] }],
    warnings: ['stop words'],
  });
const meaning = () =>
  createSemanticSearchResult({
    requestId: 'r1',
    items: [
      {
        file,
        hits: [
          { snippet: 'A price of $5.', distance: 0.2, lineNumbers: [3, 4] },
          { snippet: 'Or $6.', distance: 0.3, lineNumbers: [] },
        ],
      },
    ],
    warnings: [],
  });

const lists = {
  files,
  runs,
  summary,
  words,
  meaning,
  status: () => toPrintableStatus(runRecord({ state: 'completed' })),
};

describe('toRows()', () => {
  const found = { fileId, fileName: 'a.txt', symbolicFilePath: '/etc/a.txt' };

  it('returns the hits of a search, the results of a batch and the files of a page as flat objects', () => {
    expect(words().toRows()).toEqual([{ ...found, keyword: 'wheel', lineNumber: 7, keywordNumber: 9 }]);
    expect(meaning().toRows()).toEqual([
      { ...found, snippet: 'A price of $5.', distance: 0.2, firstLine: 3, lastLine: 4 },
      { ...found, snippet: 'Or $6.', distance: 0.3, firstLine: null, lastLine: null },
    ]);
    expect(summary().toRows()).toEqual([
      {
        key: 'a.txt',
        status: 'succeeded',
        requestId: runId,
        fileId,
        outputFile: '/out/a.json',
        warnings: 0,
        reason: null,
        error: null,
      },
      {
        key: 'b.txt',
        status: 'failed',
        requestId: null,
        fileId: null,
        outputFile: null,
        warnings: 0,
        reason: null,
        error: 'There is no file',
      },
    ]);
    const time = '2026-06-02T09:30:00.000Z';
    const { modules: _m, modulesData: _d, numLines: _l, numVectors: _v, model: _model, ...fields } = file;
    expect(files().toRows()).toEqual([
      { ...fields, fileTags: 'author: orwell, year: 1949', createdAt: time, lastUpdated: time },
    ]);
  });

  it('returns the number of warnings of a run and of a file in a batch, which inspect() also shows', () => {
    const warnings = [{ code: 'blank-page', message: 'It is blank.', module: 'parser', page: 3 }];
    const page = createRunPage({ items: [listedRun({ state: 'completed', warningCount: 1 })], nextCursor: null });
    expect(page.toRows()).toMatchObject([{ warnings: 1 }]);
    const batch = createBatchSummary({
      succeeded: 1,
      skipped: 0,
      failed: 0,
      results: [{ status: 'succeeded' as const, key: 'a.txt', result: { ...processed, warnings } }],
    });
    expect(batch.toRows()).toMatchObject([{ warnings: 1 }]);
    expect(inspect(batch)).toContain("'a.txt: succeeded, 1 warning'");
    expect(inspect(toPrintableStatus(runRecord({ warnings, warningCount: 1 })))).toContain(
      "'parser, page 3: It is blank. [blank-page]'",
    );
    expect(inspect(page.items[0])).toContain('warnings: 1');
    expect(inspect(page.items[0])).toContain("tasks: '1 completed'");
  });

  it('returns the runs of a page, and the modules or tasks of a run', async () => {
    expect(runs().toRows()).toEqual([
      expect.objectContaining({ requestId: runId, state: 'completed', subject: 'a.txt', error: null }),
    ]);
    const failed = flow('work', () => {
      throw new Error('no such word');
    }).start();
    const status = await failed.wait();
    expect(createRunPage({ items: [listedRun(status)], nextCursor: null }).toRows()).toEqual([
      expect.objectContaining({ kind: 'flow', of: 'work', state: 'failed', error: 'no such word' }),
    ]);
    const run = lists.status();
    expect(run.toRows().map(({ name, state }) => `${name} ${state}`)).toEqual(
      run.tasks.map(({ name, state }) => `${name} ${state}`),
    );
  });

  it.each(Object.entries(lists))('returns rows with the same fields and JSON values: %s', (_name, list) => {
    const rows: object[] = list().toRows();
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(Object.keys(rows[0]!));
      for (const value of Object.values(row)) expect(value === null || typeof value !== 'object').toBe(true);
    }
  });

  it.each(Object.entries(lists))('is invisible to JSON, copies and comparisons: %s', (_name, list) => {
    const value = list();
    const plain: unknown = { ...value };
    expect(Object.keys(value)).not.toContain('toRows');
    expect('toRows' in (plain as object)).toBe(false);
    expect(value).toEqual(plain);
    expect(value).toStrictEqual(plain);
    expect(JSON.stringify(value)).toBe(JSON.stringify(plain));
    expect(JSON.stringify(value)).not.toContain('toRows');
    expect(structuredClone(JSON.parse(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('in a notebook', () => {
  const shown: string[] = [];
  const kernel = {
    display: { html: (html: string) => void shown.push(html) },
    newDisplay: () => ({ text: (text: string) => void shown.push(text) }),
  };
  const fakeKernel = (): void => {
    shown.length = 0;
    Object.assign(globalThis, { __tslab__: { require: () => kernel } });
  };
  afterEach(() => {
    delete (globalThis as { __tslab__?: unknown }).__tslab__;
  });
  /** Prints the last expression of a cell as the kernel does. */
  const printLast = runInThisContext('(inspect, value) => inspect(value)', {
    filename: '/usr/lib/node_modules/tslab/dist/executor.js',
  }) as (print: typeof inspect, value: unknown) => string;

  it('a list at the end of a cell is shown as a table, and as one line with the fields outside the table', () => {
    fakeKernel();
    expect(printLast(inspect, summary())).toBe('BatchSummary (2 files) { succeeded: 1, skipped: 0, failed: 1 }');
    expect(printLast(inspect, files())).toBe('FilePage (1 file)');
    expect(printLast(inspect, words())).toBe("SearchResult (1 hit) { warnings: [ 'stop words' ] }");
    expect(printLast(inspect, meaning())).toBe('SearchResult (2 hits)');
    expect(printLast(inspect, runs())).toBe('RunPage (1 run)');
    expect(printLast(inspect, lists.status())).toMatch(/^RunStatus \(\d tasks?\) \{[^]*state: 'completed'/);
    expect(shown).toHaveLength(6);
    for (const html of shown) expect(html).toMatch(/^<table class="tex2jax_ignore mathjax_ignore">[^]*<\/table>$/);
    expect(shown[0]).toContain('There is no file');
    expect(shown[1]).toContain('&lt;b&gt;&quot;bold&quot; &amp; &#39;bare&#39;&lt;/b&gt;');
    expect(shown[1]).not.toContain('<b>');
    expect(shown[1]).not.toContain('expires');
  });

  it('output of code in a cell, and a list inside another value, is printed as text', () => {
    fakeKernel();
    const printed = inspect(summary());
    expect(printed).toMatch(/^BatchSummary \{[^]*'a\.txt: succeeded'/);
    expect(printLast(inspect, { of: summary() })).toContain("'a.txt: succeeded'");
    expect(printLast(inspect, createBatchSummary({ succeeded: 0, skipped: 0, failed: 0, results: [] }))).toContain(
      'results: []',
    );
    expect(shown).toEqual([]);
  });

  it('a list is printed as text if the kernel cannot display HTML, or if there is no kernel', () => {
    Object.assign(globalThis, { __tslab__: { require: () => ({}) } });
    expect(printLast(inspect, files())).toMatch(/^FilePage \{/);
    expect(openLineBelowCell()).toBeUndefined();
    Object.assign(globalThis, {
      __tslab__: {
        require: () => {
          throw new Error('no tslab');
        },
      },
    });
    expect(printLast(inspect, files())).toMatch(/^FilePage \{/);
    expect(openLineBelowCell()).toBeUndefined();
    delete (globalThis as { __tslab__?: unknown }).__tslab__;
    expect(printLast(inspect, files())).toMatch(/^FilePage \{/);
    expect(openLineBelowCell()).toBeUndefined();
  });

  it('the progress of a run or batch is a single line that is updated', async () => {
    const { client } = await hostedService();
    const notes = client.createPipeline('notes', ['parser']);
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const options = { verbose: true, localSaveDirectory: await scratch() };
    fakeKernel();
    await notes.process(Buffer.from(text), { fileName: 'a.txt', ...options });
    expect(shown[0]).toMatch(/^notes: uploaded the byte array .* as request [\w-]+$/);
    expect(shown).toContain('notes: module 1 of 1 (parser) is done');
    expect(shown.at(-1)).toMatch(/^notes: completed, saved .*\.json$/);
    shown.length = 0;
    await notes
      .processMany([{ file: Buffer.from(text), key: 'b', fileName: 'b.txt' }, '/lost.txt'], {
        concurrency: 1,
        ifExists: 'overwrite',
        ...options,
      })
      .all();
    expect(shown.at(-1)).toBe('notes: 1 done, 1 failed');
    expect(stderr.mock.calls).toEqual([]);
    stderr.mockRestore();
  });

  it('a long table ends with the number of rows that it omits', () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ index, text: 'x'.repeat(1000) }));
    const html = formatHtmlTable(
      [
        ['index', (row) => row.index],
        ['text', (row) => row.text],
      ],
      rows,
    );
    expect(html.match(/<tr>/g)).toHaveLength(101);
    expect(html).toContain('<p>150 more; toRows() returns all rows</p>');
    expect(html.length).toBeLessThan(50_000);
    expect(toPrintableStatus(runRecord({ state: 'pending' })).toRows().length).toBeGreaterThan(0);
  });
});
