import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { unpackOccurrences } from '../../../src/formats/postings.js';
import { parsePostings } from '../../../src/formats/postings-file.js';
import { readKeywordRows, readValues } from './keyword-rows.js';
import { runModule } from '../run-module.js';

const harbour = `The harbour lights, 17. of them, were out.

Don't wake the harbour-master: wolves – and wolf-hounds – sleep there!
  It was here, it was there.
`;

const rowsOf = async (text: string): Promise<string[]> =>
  readKeywordRows((await runModule('keyword-db', text)).output.path);

describe('the rows of a keyword database', () => {
  it('are the words without stop words, in the order of the text, with their line and number', async () => {
    expect(await rowsOf(harbour)).toEqual([
      'harbour harbour 1 2',
      'lights light 1 3',
      '17. 17. 1 4',
      'wake wake 3 2',
      'harbour harbour 3 4',
      'master master 3 4',
      'wolves wolf 3 5',
      'wolf wolf 3 8',
      'hounds hound 3 8',
      'sleep sleep 3 10',
    ]);
  });

  it('include repeated words, digits and single letters', async () => {
    expect(await rowsOf('b b-b 7\nx\t7')).toEqual(['b b 1 1', 'b b 1 2', 'b b 1 2', '7 7 1 3', 'x x 2 1', '7 7 2 2']);
  });

  it('do not join words across the end of a line', async () => {
    expect(await rowsOf('for\never and any\nbody')).toEqual(['ever ever 2 1', 'body body 3 1']);
  });

  it('have whole words of a Spanish text', async () => {
    expect(await rowsOf('El sillón de la niña, ¿dónde está?\nEn el jardi\u0301n.')).toEqual([
      'el el 1 1',
      'sillón sillón 1 2',
      'de de 1 3',
      'la la 1 4',
      'niña niña 1 5',
      'dónde dónde 1 6',
      'está está 1 7',
      'en en 2 1',
      'el el 2 2',
      'jardín jardín 2 3',
    ]);
  });

  it('are empty for a text of stop words and punctuation', async () => {
    expect(await rowsOf('It was -- and is!\n...')).toEqual([]);
  });
});

describe('the database file', () => {
  it('has exactly the schema of the hosted service', async () => {
    const { output } = await runModule('keyword-db', harbour);
    expect(readValues(output.path, 'select sql from sqlite_master').flat()).toEqual([
      'CREATE TABLE keyword_search (\n                original_keyword TEXT,\n                stemmed_keyword TEXT,\n                line_number INTEGER,\n                keyword_number INTEGER\n            )',
      'CREATE INDEX idx_original_keyword ON keyword_search (original_keyword)',
      'CREATE INDEX idx_stemmed_keyword ON keyword_search (stemmed_keyword)',
    ]);
    expect(
      readValues(output.path, 'select distinct typeof(line_number), typeof(keyword_number) from keyword_search'),
    ).toEqual([['integer', 'integer']]);
  });

  it.for([
    ['integrity_check', 'ok'],
    ['page_size', 1024],
    ['freelist_count', 0],
    ['encoding', 'UTF-8'],
    ['journal_mode', 'delete'],
  ] as const)('is intact and self-contained: %s is %s', async ([pragma, value]) => {
    const { output } = await runModule('keyword-db', harbour.repeat(500));
    expect(readValues(output.path, `pragma ${pragma}`)).toEqual([[value]]);
  });

  it('has the same bytes for the same text', async () => {
    const files = await Promise.all(
      [1, 2].map(async () => readFile((await runModule('keyword-db', harbour)).output.path)),
    );
    expect(files[0]?.equals(files[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

it.for([
  ['', 0],
  ['\n \n', 0],
  ['one', 1],
  ['one\n', 1],
  ['\n\none\n\ntwo\n \n\n', 5],
] as const)('%j has %i lines, up to its last line that is not blank', async ([text, lines]) => {
  expect((await runModule('keyword-db', text)).output.facts).toEqual({ num_lines: lines });
});

describe('the postings beside the database', () => {
  it('have the same words as its rows, with the keys that are searched for', async () => {
    const { output } = await runModule('keyword-db', `${harbour}El niño y los niños.\n${harbour}`);
    const rows: string[] = [];
    for (const { stem, occurrences } of parsePostings(output.postings ?? '')) {
      for (const { keyword, line_number, keyword_number } of unpackOccurrences(occurrences)) {
        rows.push(`${keyword} ${stem} ${line_number} ${keyword_number}`);
      }
    }
    const searched = readKeywordRows(output.path).map((row) => row.replace(/(?<=^\S+ \S+)[.,] /, ' '));
    expect(rows.sort()).toEqual(searched.sort());
  });

  it('have one record for each stem, with its lookup key', async () => {
    const { output } = await runModule('keyword-db', 'Cafés and cafes, enemy\nenemies');
    expect(parsePostings(output.postings ?? '')).toEqual([
      { stem: 'cafés', fold: 'cafe', occurrences: 'cafés|1.1' },
      { stem: 'cafe', fold: 'cafe', occurrences: 'cafes|1.3' },
      { stem: 'enemy', fold: 'enemy', occurrences: 'enemy enemies|1.4 1.1.1' },
    ]);
  });

  it('leave out words too long for an index, but the database has them', async () => {
    const long = 'é'.repeat(100_000);
    const { output } = await runModule('keyword-db', `a1 ${long} b2`);
    expect(readKeywordRows(output.path)).toEqual(['a1 a1 1 1', `${long} ${long} 1 2`, 'b2 b2 1 3']);
    expect(output.postings).toBe('a1\ta1\ta1|1.1\nb2\tb2\tb2|1.3\n');
  });
});
