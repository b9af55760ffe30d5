import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { OutputTable } from '../../src/cli/commands/process/output-table.js';
import { CsvTable } from '../../src/cli/output/csv-table.js';
import { makeDirectory } from './support/temporary-directory.js';

it('the file name of a list is safe, whatever the name of its field', async () => {
  const directory = makeDirectory();
  const table = new CsvTable(join(directory, 'out.csv'), { includesCitations: false });
  const list = [{ a: 1 }];
  table.add('x.txt', { 'Debit/Credit': list, 'debit credit': list, 'x/../../y': list, '..': list, '': list });
  const written = await table.write();
  expect(written.map((path) => dirname(path))).toEqual(Array.from({ length: 6 }, () => dirname(written[0] ?? '')));
  expect(readdirSync(directory).sort()).toEqual(
    ['out.csv', 'out.Debit_Credit.csv', 'out.debit_credit-2.csv', 'out.x_____y.csv', 'out._.csv', 'out._-2.csv'].sort(),
  );
});

it('the rows of nested lists refer to their parent rows', async () => {
  const directory = makeDirectory();
  const table = new CsvTable(join(directory, 'out.csv'), { includesCitations: false });
  const parts = (name: string) => [{ parts: [{ name }] }];
  table.add('x.txt', { orders: [{ lines: parts('a') }, { lines: [...parts('b'), ...parts('c')] }] });
  await table.write();
  const rows = readFileSync(join(directory, 'out.orders.lines.parts.csv'), 'utf8').trim().split('\r\n');
  expect(rows).toEqual(['file,position,of,name', 'x.txt,1,1.1,a', 'x.txt,1,2.1,b', 'x.txt,1,2.2,c']);
});

it('a table inside an input directory is rejected, however the paths are written', () => {
  const directory = makeDirectory();
  const createTable = (path: string, of: string) => () => new OutputTable(path, false, [of]);
  for (const of of ['/', directory, `${directory}/`, join(directory, 'x', '..')]) {
    expect(createTable(join(directory, 'out.csv'), of)).toThrow('Expected --csv to be outside the directories');
  }
  expect(createTable(`${directory}.csv`, directory)).not.toThrow();
  expect(createTable(join(directory, '..', '..out.csv'), directory)).not.toThrow();
});
