import { checkDescription, checkPipelineName, checkQuery } from 'millrace/shared/rules/free-text.js';
import { checkDirectoryPath, checkDirectoryPattern } from 'millrace/shared/rules/files/directory-path.js';
import { extensionOf, checkFileName, checkFileNamePattern } from 'millrace/shared/rules/files/file-name.js';
import { checkFileType } from 'millrace/shared/rules/files/file-type.js';
import { messageOf } from 'millrace/shared/rules/class-of.js';
import { findImageFormat } from 'millrace/shared/rules/files/image-start.js';
import { checkFilePath, checkFilePathPattern, splitFilePath } from 'millrace/shared/rules/files/file-path.js';
import { checkFileSize, checkTextSize, formatBytes } from 'millrace/shared/rules/files/file-size.js';
import { checkId, checkList, checkExpireTime, checkK, checkMaxFiles } from 'millrace/shared/rules/arguments.js';
import { defaultLimits, looseLimits, hostedLimits } from 'millrace/shared/rules/limits.js';
import { checkOptions } from 'millrace/options/issues.js';
import { toBeBoolean } from 'millrace/options/option-rules.js';
import { findNearestName } from 'millrace/shared/rules/nearest-name.js';
import { processRules } from 'millrace/process/process-options.js';
import { checkParserParams } from 'millrace/process/start/selections.js';
import { checkTag, checkTagFilter, checkTags } from 'millrace/shared/rules/tags.js';
import { checkTimeRange, parseTimestamp } from 'millrace/shared/rules/timestamp.js';
import { runInNewContext } from 'node:vm';
import type { Limits } from 'millrace/shared/types/limits.js';
import { describe, expect, it } from 'vitest';

type Rule = (value: never, limits: Limits) => unknown;

/** Each row has values that are valid on every server, only on a Millrace server, and on no server. */
const table: [name: string, rule: Rule, everywhere: unknown[], millraceOnly: unknown[], nowhere: unknown[]][] = [
  [
    'a file name',
    checkFileName,
    ['a.txt', 'My Notes_2,final-v1.2.txt', 'A.TXT', 'x'.repeat(60) + '.txt'],
    ['a.b!c.txt', 'Größe.txt', '笔记.txt', '🙂.txt', 'a(1).txt', 'x'.repeat(200) + '.txt'],
    [
      '',
      '*',
      '*a.txt',
      'a*.txt',
      'a/b.txt',
      'a\n.txt',
      'a.txt\n',
      'a\0.txt',
      '\ud800.txt',
      '.',
      '..',
      '  ',
      'x'.repeat(300),
      7,
      null,
    ],
  ],
  [
    'a file name pattern',
    checkFileNamePattern,
    ['a.txt', 'a*', '*.txt', '*port*'],
    ['Größe*', '*！*'],
    ['*', '**', 'a*b', 'a**', '**a', '', 3],
  ],
  [
    'a directory',
    checkDirectoryPath,
    ['/', '/etc', '/my', '/my/dir', '/My Dir/a_b-c', '/home/etcetera', '/home/etc', '/home/etc/x'],
    ['/v1.2/notes', '/Übung', `/${'x'.repeat(200)}`],
    ['', 'my', '/my/', '//', '/a//b', '/etc/x', '/etc/', '/a*', '/*', '/a\n', '/a/../b', '/.', 5],
  ],
  [
    'a directory pattern',
    checkDirectoryPattern,
    ['/', '/*', '/a*', '/a/*', '/my', '/etc/*', '/etc*'],
    ['/Übung*', '/v1.2*', '/.*', '/a/..*'],
    ['*', '/a*b', '/a*/b', '/**', '/a//*', '/./*', '/../*', '/../..*', '/etc/x*', '', null],
  ],
  [
    'a file path',
    checkFilePath,
    ['/a.txt', '/my/dir/a.txt', '/etc/a.txt'],
    ['/Übung/größe.txt'],
    ['a.txt', '/', '/my/', '/my/*', '/a*/b.txt', '/etc/x/a.txt', '', 4],
  ],
  [
    'a file path pattern',
    checkFilePathPattern,
    ['/a.txt', '/my/*.txt', '/my/a*', '/my*/a.txt'],
    [],
    ['/my/*', '/my/', 'a'],
  ],
  [
    'a description',
    checkDescription,
    ['', 'It\'s a plain - text, isn\'t it? Yes; "quite"!\nSecond line.'],
    ['Grüße', 'a(b)', 'x'.repeat(5000), '50 %'],
    ['a\0b', '\ud800', 'x'.repeat(10_001), 1, null],
  ],
  [
    'a tag',
    checkTag,
    [{ author: 'Orwell' }, { 'my key': 'a_b-c' }],
    [{ größe: 'XL' }, { a: 'x'.repeat(200) }],
    [{}, { a: 'b', c: 'd' }, { a: '*' }, { '*': 'b' }, { a: '' }, { a: 1 }, { a: 'b\n' }, ['a'], 'a', null],
  ],
  ['a tag filter', checkTagFilter, [{ author: '*' }, { author: 'x' }], [{ größe: '*' }], [{ '*': '*' }, {}, null]],
  [
    'an expiry time',
    checkExpireTime,
    [1800, 2_592_000],
    [1, 60, 5_000_000],
    [0, -1, 1800.5, '1800', true, null, NaN, 1e12],
  ],
  ['maxFiles', checkMaxFiles, [1, 10_000], [100_000], [0, 100_001, 1.5, '5', null, true]],
  ['k', checkK, [1, 10], [11, 1000], [0, 1001, 2.5, '3', null]],
  [
    'a query',
    checkQuery,
    ['ab', '  ab  ', 'Größe?'],
    ['a', 'x'.repeat(300)],
    ['', '   ', 'x'.repeat(10_001), 5, null, 'a\0b'],
  ],
  [
    'a pipeline name',
    checkPipelineName,
    ['n', 'my-pipeline 2', 'Größe 🙂', 'x'.repeat(64)],
    ['x'.repeat(255)],
    ['', 'x'.repeat(256), 7, null, 'a\0'],
  ],
];

describe.each(table)('%s', (_name, rule, everywhere, millraceOnly, nowhere) => {
  const passes = (value: unknown, limits: Limits): boolean => rule(value as never, limits) === undefined;

  it.each(everywhere.map((value) => [value]))('can be %j', (value) => {
    expect([passes(value, hostedLimits), passes(value, defaultLimits)]).toEqual([true, true]);
  });
  if (millraceOnly.length > 0) {
    it.each(millraceOnly.map((value) => [value]))('can be %j only on a Millrace server', (value) => {
      expect([passes(value, hostedLimits), passes(value, defaultLimits)]).toEqual([false, true]);
    });
  }
  it.each(nowhere.map((value) => [value]))('cannot be %j', (value) => {
    expect([passes(value, hostedLimits), passes(value, defaultLimits)]).toEqual([false, false]);
    expect(rule(value as never, defaultLimits)).toMatch(/^Expected .*got |^Expected .*which matches any/s);
  });
});

it('a lone surrogate is not called a control character', () => {
  for (const rule of [checkFileName, checkDescription, checkPipelineName, checkQuery]) {
    expect(rule('half \ud83d', looseLimits)).toContain('not to contain lone surrogates');
    expect(rule('nul \0', looseLimits)).toContain('not to contain control characters');
  }
});

describe('tags', () => {
  it('are limited in number on the hosted service', () => {
    const many = Array.from({ length: 21 }, (_, i) => ({ key: `v${i}` }));
    expect(checkTags(many, hostedLimits)).toHaveLength(1);
    expect(checkTags(many, defaultLimits)).toEqual([]);
    expect(checkTags([], hostedLimits)).toEqual([]);
    expect(checkTags('a', hostedLimits)).toHaveLength(1);
  });

  it('must be unique, ignoring case on the hosted service', () => {
    const tags = [{ a: 'x' }, { A: 'X' }];
    expect(checkTags(tags, defaultLimits)).toEqual([]);
    expect(checkTags(tags, hostedLimits)).toMatchObject([{ path: [1] }]);
    expect(checkTags([{ a: 'x' }, { a: 'x' }], defaultLimits)).toMatchObject([{ path: [1] }]);
  });
});

describe('a timestamp', () => {
  it.each([
    ['2024-05-01', 'start', '2024-05-01T00:00:00Z'],
    ['2024-05-01', 'end', '2024-05-01T23:59:59Z'],
    ['2024-5-1', 'start', '2024-05-01T00:00:00Z'],
    ['2024-05-01 12:30:15', 'end', '2024-05-01T12:30:15Z'],
    [new Date('2024-05-01T12:30:15.900Z'), 'start', '2024-05-01T12:30:15Z'],
    [runInNewContext('new Date(1714566615900)') as Date, 'start', '2024-05-01T12:30:15Z'],
  ] as const)('%s as %s is read in UTC', (value, bound, expected) => {
    expect(parseTimestamp(value, bound)).toBe(Date.parse(expected) / 1000);
  });

  it.each([
    '2024-02-30',
    '2024-13-01',
    '2024-05-01 24:00:00',
    '2024-05-01T12:00:00Z',
    '01.05.2024',
    '',
    5,
    null,
    new Date(NaN),
  ])('cannot be %s', (value) => {
    expect(parseTimestamp(value, 'start')).toMatch(/^Expected/);
  });

  it('is rejected as an invalid date if it is an invalid `Date`', () => {
    expect(parseTimestamp(new Date(NaN), 'start')).toMatch(/got an invalid date$/);
  });

  it.each(['2022-12-31', '9999-12-31'])('cannot be as far away as %s', (value) => {
    expect(parseTimestamp(value, 'start')).toMatch(/2023-01-01/);
  });

  it('of a start cannot be after its end', () => {
    expect(checkTimeRange(2, 1)).toMatch(/start/);
    expect(checkTimeRange(1, 1)).toBeUndefined();
    expect(checkTimeRange(null, 1)).toBeUndefined();
  });
});

it('an ID must be a UUID with hyphens', () => {
  expect(checkId('0f5d8e3a-13e3-1c11-b2a3-0123456789ab')).toBeUndefined();
  for (const id of ['', 'x', '0f5d8e3a13e31c11b2a30123456789ab', '0f5d8e3a-13e3-1c11-b2a3-0123456789ab\n', null, 5]) {
    expect(checkId(id)).toMatch(/^Expected/);
  }
});

it('a list must have items, and the issue of an item has its index', () => {
  expect(checkList([], defaultLimits, () => undefined)).toHaveLength(1);
  expect(checkList('a', defaultLimits, () => undefined)).toHaveLength(1);
  expect(checkList(Array(501).fill('a'), hostedLimits, () => undefined)).toHaveLength(1);
  expect(checkList(['a', 5], defaultLimits, (item) => (item === 5 ? 'no' : undefined))).toEqual([
    { path: [1], message: 'no' },
  ]);
});

it('a file must have a size within the limits of the server', () => {
  expect(checkFileSize(0, 'text', defaultLimits)).toMatch(/empty/);
  expect(checkFileSize(3 * 2 ** 20, 'text', hostedLimits)).toMatch(
    /at most 2 MiB, the current maximum size allowable, got 3 MiB/,
  );
  expect(checkFileSize(100, 'image', hostedLimits)).toMatch(/current minimum size allowable/);
  expect(checkFileSize(3 * 2 ** 20, 'text', defaultLimits)).toBeUndefined();
  expect(checkTextSize({ words: 5, lines: 1 }, hostedLimits)).toMatch(/at least 6 words/);
  expect(checkTextSize({ words: 6, lines: 100_001 }, hostedLimits)).toMatch(/at most 100000 lines/);
  expect([formatBytes(1), formatBytes(1536), formatBytes(5 * 2 ** 30)]).toEqual(['1 byte', '1.5 KiB', '5 GiB']);
});

it('the overlap of the fixed parser must be less than its chunk size', () => {
  expect(checkParserParams({ chunk_size: 10, overlap_size: 4 }, hostedLimits)).toBeUndefined();
  expect(checkParserParams({ chunk_size: 21, overlap_size: 4 }, hostedLimits)).toMatch(/between 4 and 20/);
  expect(checkParserParams({ chunk_size: 21, overlap_size: 4 }, defaultLimits)).toBeUndefined();
  expect(checkParserParams({ chunk_size: 10, overlap_size: 10 }, defaultLimits)).toMatch(/less than chunk_size/);
  expect(checkParserParams({ chunk_size: 10, overlap_size: 0 }, hostedLimits)).toMatch(/between 1 and 9/);
});

it('an extension starts at the last dot of the file name', () => {
  expect(['a.TXT', '/x.d/a', 'a.tar.gz', 'C:\\x.y\\a.pdf'].map(extensionOf)).toEqual(['.txt', '', '.gz', '.pdf']);
});

it('a file must have an extension that the server reads', () => {
  const hosted = 'Expected a file that ends in .txt, .pdf, .docx, .pptx, got "a.log"';
  expect(checkFileType('a.PDF', 'text', hostedLimits)).toBeUndefined();
  expect(checkFileType('a.log', 'text', hostedLimits)).toBe(hosted);
  expect(checkFileType('.gitignore', 'text', defaultLimits)).toBeUndefined();
  expect(checkFileType('a.mp3', 'text', defaultLimits)).toMatch(
    /^Expected a file that .* or any other text file, got "a.mp3"$/,
  );
  expect(checkFileType('a.heic', 'image', defaultLimits)).toMatch(/^Expected a file that ends in .jpg/);
  // the server may know more than this package
  expect(checkFileType('a.heic', 'image', looseLimits)).toBeUndefined();
  expect(checkFileType('a.json', 'image', looseLimits)).toMatch(/got "a.json"/);
});

it('the format of an image is found from its first bytes', () => {
  const bytes = (text: string) => findImageFormat(Buffer.from(text, 'latin1'));
  expect(bytes('\x89PNG\r\n\x1a\n')).toBe('png');
  expect(bytes('\xff\xd8\xff\xe0')).toBe('jpeg');
  expect(bytes('GIF89a')).toBe('gif');
  expect([bytes('II*\0'), bytes('MM\0*'), bytes('MM\0+')]).toEqual(['tiff', 'tiff', 'tiff']);
  expect([bytes('RIFF\0\0\0\0WEBPVP8 '), bytes('RIFF\0\0\0\0WAVEfmt ')]).toEqual(['webp', undefined]);
  expect(bytes('\0\0\0\x1cftypmif1\0\0\0\0mif1avif')).toBe('avif');
  // "avif" comes after the box with the brands
  expect(bytes('\0\0\0\x18ftypheic\0\0\0\0mif1heicavif')).toBeUndefined();
  expect(bytes('')).toBeUndefined();
});

it('a file path is split into a directory and a file name', () => {
  expect(splitFilePath('/x.txt')).toEqual({ directory: '/', fileName: 'x.txt' });
  expect(splitFilePath('/a/b/x.txt')).toEqual({ directory: '/a/b', fileName: 'x.txt' });
});

it.each([
  ['localSaveDir', 'localSaveDirectory'],
  ['saveDir', 'localSaveDirectory'],
  ['outputDir', 'localSaveDirectory'],
  ['tags', 'fileTags'],
  ['overwrite', 'ifExists'],
  ['dir', 'symbolicDirectoryPath'],
])('the error for the unknown option %s suggests %s', (name, meant) => {
  expect(() => checkOptions({ [name]: 1 }, processRules, 'process()')).toThrow(
    `got \`${name}\`: did you mean \`${meant}\`?`,
  );
});

it.each(['chian', 'chain', 'moduleChain'])('the error for the option %s refers to createPipeline()', (name) => {
  const check = (): void => checkOptions({ [name]: 1 }, processRules, 'process()');
  expect(check).toThrow(`got \`${name}\`: the chain is an argument of createPipeline()`);
});

it('an unknown option or an inherited property name gets no suggestion', () => {
  const check = (options: object): void => checkOptions(options, { verbose: toBeBoolean }, 'list()');
  for (const name of ['saveDir', 'constructor', 'toString']) {
    expect(() => check({ [name]: 1 })).toThrow(/the options are verbose/);
  }
});

it('a misspelled option or module gets a suggestion', () => {
  const check = (options: object): void =>
    checkOptions(options, { expireTime: toBeBoolean, verbose: toBeBoolean }, 'process()');
  expect(() => check({ expiretime: 1 })).toThrow(/did you mean `expireTime`/);
  expect(() => check({ zzz: 1 })).toThrow(/the options are expireTime/);
  expect([
    findNearestName('parsr', ['parser']),
    findNearestName('text_embedder', ['text-embedder']),
    findNearestName('cat', ['parser']),
  ]).toEqual(['parser', 'text-embedder', undefined]);
});

it.each([
  [new Error('no'), 'no'],
  ['no', 'no'],
  [undefined, 'undefined'],
  [Object.create(null), 'an error that cannot be shown'],
])('the message of the thrown value %# is text', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
