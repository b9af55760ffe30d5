import { expect } from 'vitest';
import { ensureDefaultAccount } from '../../../src/accounts/accounts.js';
import { routeAccess } from '../../../src/http/route-access.js';
import { openDatabase, type MillraceDatabase } from '../../../src/store/open-database.js';
import { callEveryRoute } from '../call-every-route.js';
import { explainTenth, nodesOf, rowsRead, type PlanNode } from './explain.js';
import { fillStore } from './fill-store.js';
import { recordStatements, type Recorded } from './record-statements.js';
import { TestClock } from '../test-clock.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { startTestServer } from '../test-server.js';

/** A store with many files, and the statements that a server runs on it when each of its routes is called. */
export interface FilledStore {
  readonly db: MillraceDatabase;
  readonly statements: readonly Recorded[];
  readonly database: TestDatabase;
  close(): Promise<void>;
}

/** Statements that cannot be prepared, and whose time does not depend on the tables' sizes. */
const commands = /^(begin|commit|rollback|listen|unlisten|set|checkpoint|vacuum|create index)\b|^$/i;
/** Maintenance of pg-boss, in several statements at once. */
const bossMaintenance = /^begin;[^]*'\.pgboss\./i;

/** Statements that have to read all the runs of an account, or all the files of a pipeline. */
const summaries = [
  // GET /v1/stats: the runs of the time range
  /^select .*count\(\*\) filter .* from run where account_id = \$1 and created_at >= \$2/,
  // GET /v1/failures: the failed runs of the time range
  /^select failed\.\*, example\.id as example/,
  // GET /v1/workers and wpipe's dashboard: the runs of each worker
  /^select worker\.id, .* from run where worker_id = worker\.id/,
  /^select worker_id as id, avg\(/,
  // GET /v1/runs?q: the runs that contain a word, which may be few
  /^select (found\.\*|run\.id, run\.created_at).*strpos/,
  /^select created_at::text as "createdAt" from run/,
  // GET /v1/stream: the unfinished runs
  /^select state, count\(\*\) as runs/,
  // GET /v1/runs?count: up to 10 000 runs
  /^select count\(\*\) as total from/,
  // the list by action or key and the sweeper's deletions: the audit has a limited number of entries for each account
  /^select id, at, at::text as cursor, action, .* from audit where account_id = \$1 and (action|\(key|key)/,
  /^delete from audit where id = any\(array/,
  // GET /v1/files: the files of a pipeline, few of which may be in the directory
  /^select id, directory, file_name, input_sha256/,
  // a list of the files that were updated in a time range, which may be few
  /^select file\.id, .* from file .* and updated_at >= to_timestamp/,
];

/** Partial indexes that have few rows, whatever the size of their table. */
const smallIndexes: readonly string[] = ['job_common_begun', 'run_leased'];

/** Fills a store, calls each route of a server on it, and returns the store with the recorded statements. */
export async function fillAndRecord(files: number): Promise<FilledStore> {
  const database = await createTestDatabase({ isPrepared: true });
  const clock = new TestClock();
  const before = await openDatabase(database.options);
  await fillStore(before, { accountId: (await ensureDefaultAccount(before, clock)).id, files, now: clock.now() });
  await before.close();
  const recorder = recordStatements();
  try {
    const server = await startTestServer({ parked: ['summarize'], database });
    try {
      const called = await callEveryRoute(server);
      expect(called.sort()).toEqual(Object.keys(routeAccess).sort());
    } finally {
      await server.close();
    }
  } finally {
    recorder.stop();
  }
  const db = await openDatabase(database.options);
  // a plan depends on statistics, which autovacuum would collect at an arbitrary time
  await db.query('analyze');
  return {
    db,
    database,
    statements: [...recorder.statements.values()].filter(
      ({ sql }) => !commands.test(sql.trim()) && !bossMaintenance.test(sql.trim()),
    ),
    close: async () => {
      await db.close();
      await database.cleanup();
    },
  };
}

/**
 * Returns what is wrong with the plan of a statement: it reads all of a growing table, reads an index from its start, or reads more
 * than `maxRows` rows.
 */
export async function findFaults(
  db: MillraceDatabase,
  recorded: Omit<Recorded, 'uses'>,
  maxRows = Infinity,
): Promise<string[]> {
  // the tables with a hundred rows or more, and their indexes
  const { rows } = await db.query<{ name: string }>(
    `with growing as (
       select oid, relname from pg_class where relkind = 'r' and reltuples >= 100
         and relnamespace in (current_schema()::regnamespace, 'boss'::regnamespace)
     )
     select relname as name from growing union all
     select indexrelid::regclass::text from growing join pg_index on indrelid = growing.oid`,
  );
  const growing = new Set(rows.map(({ name }) => name.replace(/^boss\./, '')));
  const isSummary = summaries.some((summary) => summary.test(recorded.sql.replaceAll(/\s+/g, ' ').trim()));
  const faultOf = (node: PlanNode): string | undefined => {
    const { 'Node Type': type, 'Relation Name': table, 'Index Name': index } = node;
    if (!growing.has(table ?? index ?? '')) return undefined;
    if (type === 'Seq Scan') return `reads ${table}`;
    if (isSummary) return undefined;
    if (/^(Index|Bitmap Index)/.test(type) && !node['Index Cond'] && !smallIndexes.includes(index ?? ''))
      return `reads the index ${index}`;
    if (!type.endsWith('Scan')) return undefined;
    return rowsRead(node) > maxRows ? `reads ${rowsRead(node)} rows of ${index ?? table}` : undefined;
  };
  const { plan } = await explainTenth(db, recorded);
  return nodesOf(plan).flatMap((node) => {
    const fault = faultOf(node);
    return fault === undefined ? [] : [`${recorded.sql} ${fault}, filtered by ${node.Filter ?? 'nothing'}`];
  });
}
