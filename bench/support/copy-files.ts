import { join } from 'node:path';
import { startPglite } from '../../server/src/store/embedded/start-pglite.js';

/** SQL expressions for the columns in which a copy differs from its source, by table. */
const changedColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  file: {
    id: 'copied.file_id',
    file_name: `copied.number || '-' || file_name`,
    name_key: `copied.number || '-' || name_key`,
    replaces_id: 'null',
  },
  run: { id: 'copied.run_id', file_id: 'copied.file_id', batch_id: 'null' },
  task_run: { run_id: 'copied.run_id' },
  keyword_posting: { file_id: 'copied.file_id' },
};

/** SQL conditions for the rows that belong to a copied file, by table. */
const joinConditions: Readonly<Record<string, string>> = {
  file: 'source.id = copied.from_file',
  run: 'source.id = copied.from_run',
  task_run: 'source.run_id = copied.from_run',
  keyword_posting: 'source.file_id = copied.from_file',
};

/**
 * Copies processed files in the embedded database of a stopped server, until the database has `targetCount` files. Each copy has its own
 * path, run and keywords, but shares its output with its source.
 */
export async function copyFiles(dataDir: string, targetCount: number): Promise<void> {
  const { pglite } = await startPglite(join(dataDir, 'pg'), undefined, (reason) => {
    throw new Error(reason);
  });
  try {
    const count = async () =>
      (await pglite.query<{ files: number }>(`select count(*)::int as files from file where state = 'ready'`)).rows[0]
        ?.files ?? 0;
    // do not check foreign keys, which would take most of the time
    await pglite.exec('set session_replication_role = replica');
    // force index lookups, so that each round reads only the rows that it copies
    for (const plan of ['seqscan', 'hashjoin', 'mergejoin']) await pglite.exec(`set enable_${plan} = off`);
    for (let round = 1, files = await count(); files < targetCount; round++, files = await count()) {
      await pglite.query(
        `create temp table copied on commit preserve rows as
         select file.id as from_file, run.id as from_run, gen_random_uuid() as file_id, gen_random_uuid() as run_id, $1::int as number
         from file join run on run.file_id = file.id where file.state = 'ready' order by file.created_at limit $2`,
        [round, Math.min(1000, targetCount - files)],
      );
      for (const [table, changes] of Object.entries(changedColumns)) {
        const { rows } = await pglite.query<{ name: string }>(
          `select quote_ident(attname) as name from pg_attribute
           where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
          [table],
        );
        const names = rows.map(({ name }) => name);
        await pglite.exec(
          `insert into ${table} (${names.join(', ')}) select ${names.map((name) => changes[name] ?? `source.${name}`).join(', ')}
           from copied join ${table} source on ${joinConditions[table]}`,
        );
      }
      await pglite.exec('drop table copied');
      if (round % 10 === 0) {
        await pglite.exec('checkpoint');
        console.error(`${files} files`);
      }
    }
    await pglite.exec('vacuum (analyze)');
  } finally {
    await pglite.close();
  }
}
