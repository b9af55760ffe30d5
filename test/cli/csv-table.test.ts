import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { OutputTable } from '../../src/cli/commands/process/output-table.js';
import { CsvTable } from '../../src/cli/output/csv-table.js';
import { makeDirectory } from './support/temporary-directory.js';

it('a table of a list has a name that is safe, whatever the field is called', async () => {
  const directory = makeDirectory();
  const table = new CsvTable(join(directory, 'out.csv'), { citations: false });
  const list = [{ a: 1 }];
  table.add('x.txt', { 'Debit/Credit': list, 'debit credit': list, 'x/../../y': list, '..': list, '': list });
  const written = await table.write();
  expect(written.map((path) => dirname(path))).toEqual(Array.from({ length: 6 }, () => dirname(written[0] ?? '')));
  expect(readdirSync(directory).sort()).toEqual(
    ['out.csv', 'out.Debit_Credit.csv', 'out.debit_credit-2.csv', 'out.x_____y.csv', 'out._.csv', 'out._-2.csv'].sort(),
  );
});

it('a list in a list in a list says which rows it is in', async () => {
  const directory = makeDirectory();
  const table = new CsvTable(join(directory, 'out.csv'), { citations: false });
  const parts = (name: string) => [{ parts: [{ name }] }];
  table.add('x.txt', { orders: [{ lines: parts('a') }, { lines: [...parts('b'), ...parts('c')] }] });
  await table.write();
  const rows = readFileSync(join(directory, 'out.orders.lines.parts.csv'), 'utf8').trim().split('\r\n');
  expect(rows).toEqual(['file,position,of,name', 'x.txt,1,1.1,a', 'x.txt,1,2.1,b', 'x.txt,1,2.2,c']);
});

it('is none of the files of the directories that it is made of, whatever their paths', () => {
  const directory = makeDirectory();
  const table = (path: string, of: string) => () => new OutputTable(path, false, [of]);
  for (const of of ['/', directory, `${directory}/`, join(directory, 'x', '..')]) {
    expect(table(join(directory, 'out.csv'), of)).toThrow('Expected --csv to be outside the directories');
  }
  expect(table(`${directory}.csv`, directory)).not.toThrow();
  expect(table(join(directory, '..', '..out.csv'), directory)).not.toThrow();
});
