import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onPostgres } from '../support/database/backend.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

describe.runIf(onPostgres)('a file that changes while another replaces it', () => {
  let server: TestServer;
  let connection: pg.Client;
  beforeAll(async () => {
    server = await startTestServer({ parked: ['summarize'] });
    connection = new pg.Client({ connectionString: server.databaseUrl });
    await connection.connect();
  });
  afterAll(async () => {
    await connection.end();
    await server.close();
  });

  /** Changes a file in a transaction, which commits once `work` waits for its lock. */
  async function change<T>(fileId: string, set: string, work: () => Promise<T>): Promise<T> {
    await connection.query('begin');
    await connection.query(`update file set ${set} where id = $1`, [fileId]);
    const done = work();
    const waiting = async () =>
      (await connection.query(`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`))
        .rowCount;
    await expect.poll(waiting).toBeGreaterThan(0);
    await connection.query('commit');
    return done;
  }

  const isKept = async (fileId: string) =>
    (await connection.query('select from file where id = $1', [fileId])).rowCount === 1;

  it('is kept if it has become ready', async () => {
    const { client } = server;
    const metadata = { file_name: 'a.txt' };
    const { fileId } = await client.add('ready', ['summarize'], 'A kettle.', metadata);
    const replaced = await change(fileId, `state = 'ready'`, () =>
      client.process('ready', ['summarize'], { ...metadata, replaces: fileId }),
    );
    expect(replaced.status).toBe(200);
    expect(await isKept(fileId)).toBe(true);
  });

  it('is kept if it has been renamed', async () => {
    const { client } = server;
    const metadata = { file_name: 'a.txt' };
    const { fileId } = await client.complete('moved', ['keyword-db'], 'A kettle.', metadata);
    const { body: later } = await client.process('moved', ['keyword-db'], { ...metadata, replaces: fileId });
    await change(fileId, `file_name = 'b.txt', name_key = 'b.txt'`, () =>
      client.upload(later.presigned_post_url_results, 'A teapot.'),
    );
    await client.settle({ pipeline: 'moved', processId: later.request_id });
    const { body } = await client.list('moved');
    expect(body.items.map((item) => item.file_name).sort()).toEqual(['a.txt', 'b.txt']);
  });
});
