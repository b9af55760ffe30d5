import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPostgres } from '../support/database/backend.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

describe.runIf(onPostgres)('a file that changes while another takes its place', () => {
  let server: TestServer;
  let other: pg.Client;
  beforeAll(async () => {
    server = await startTestServer({ parked: ['summarize'] });
    other = new pg.Client({ connectionString: server.databaseUrl });
    await other.connect();
  });
  afterAll(async () => {
    await other.end();
    await server.close();
  });

  /** Changes a file in a transaction that commits once the server waits for it. */
  async function change<T>(fileId: string, set: string, work: () => Promise<T>): Promise<T> {
    await other.query('begin');
    await other.query(`update file set ${set} where id = $1`, [fileId]);
    const done = work();
    const waiting = async () =>
      (await other.query(`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`)).rowCount;
    await expect.poll(waiting).toBeGreaterThan(0);
    await other.query('commit');
    return done;
  }

  const isKept = async (fileId: string) =>
    (await other.query('select from file where id = $1', [fileId])).rowCount === 1;

  it('stays if it has become ready', async () => {
    const { client } = server;
    const given = { file_name: 'a.txt' };
    const { fileId } = await client.add('ready', ['summarize'], 'A kettle.', given);
    const replaced = await change(fileId, `state = 'ready'`, () =>
      client.process('ready', ['summarize'], { ...given, replaces: fileId }),
    );
    expect(replaced.status).toBe(200);
    expect(await isKept(fileId)).toBe(true);
  });

  it('stays if it has been moved away', async () => {
    const { client } = server;
    const given = { file_name: 'a.txt' };
    const { fileId } = await client.complete('moved', ['keyword-db'], 'A kettle.', given);
    const { body: later } = await client.process('moved', ['keyword-db'], { ...given, replaces: fileId });
    await change(fileId, `file_name = 'b.txt', name_key = 'b.txt'`, () =>
      client.upload(later.presigned_post_url_results, 'A teapot.'),
    );
    await client.settle({ pipeline: 'moved', processId: later.request_id });
    const { body } = await client.list('moved');
    expect(body.items.map((item) => item.file_name).sort()).toEqual(['a.txt', 'b.txt']);
  });
});
