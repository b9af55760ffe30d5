import { writeSync } from 'node:fs';
import { openDatabase } from '../../../src/store/open-database.js';

// A program for tests that kill it: opens the database in the directory of its first argument, prints "open", and, if its second
// argument is "write", writes rows until it is killed.

const [dataDir = '', task] = process.argv.slice(2);
const print = (line: string): void => void writeSync(1, `${line}\n`);

const db = await openDatabase({ dataDir });
print('open');

if (task === 'write') {
  await db.query('create table if not exists written (n int primary key, filler text)');
  const { rows } = await db.query<{ next: number }>('select coalesce(max(n), 0) + 1 as next from written');
  for (let n = rows[0]?.next ?? 1; ; n += 1) {
    await db.tx(async (tx) => {
      await tx.query('insert into written values ($1, $2)', [n, 'x'.repeat(500)]);
      await tx.query('update written set filler = $2 where n = $1', [n - 1, 'y'.repeat(500)]);
    });
    print(String(n));
    if (n % 40 === 0) await db.query('checkpoint');
  }
}
