import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { onPglite, onPostgres } from '../support/database/backend.js';
import { moduleProcesses, pauseModules } from '../support/module-processes.js';
import { WpipeClient } from '../support/clients/wpipe-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

/** Runs SQL over a separate connection, in the server's database or in another one of the same PostgreSQL server. */
async function runSql(server: TestServer, sql: string, connectionString = server.databaseUrl): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

const terminateConnections = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

describe.runIf(onPostgres)('a server that loses all its connections to the database', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ parked: ['summarize'], logLevel: 'off' });
  });
  afterAll(() => server.close());

  it('finishes the files that it had begun, each exactly once', async () => {
    const { client, v1 } = server;
    const files = await Promise.all(
      Array.from({ length: 15 }, (_, i) => client.add('cut', ['parser', 'json-to-txt'], `Piece ${i}. The end.`)),
    );
    for (let cuts = 0; cuts < 3; cuts += 1) {
      await runSql(server, terminateConnections);
      await v1.run(files[cuts]!.processId, '?wait=0.2').catch(() => undefined);
    }
    for (const [i, file] of files.entries()) {
      await expect.poll(async () => (await v1.run(file.processId, '?wait=20')).body.state).toBe('completed');
      expect((await client.download(file)).toString()).toBe(`Piece ${i}.\nThe end.`);
    }
    expect((await client.capCheck()).body.units_used).toBe(15);
  });

  it('stops the module of a run that was cancelled meanwhile', async () => {
    const { client, v1 } = server;
    await client.complete('warm', ['parser'], 'Warm up.');
    const [paused = 0] = await pauseModules();
    const file = await client.add('ended', ['parser'], 'Nobody reads this.');
    await expect.poll(async () => (await v1.run(file.processId)).body.state).toBe('running');
    // as if the notification had been sent while the server was not connected
    await runSql(server, `update run set state = 'cancelled' where id = '${file.processId}'`);
    await runSql(server, terminateConnections);
    await expect.poll(() => moduleProcesses()).not.toContain(paused);
    await client.complete('next', ['parser'], 'And on it goes.');
  });

  it('still responds to long polls that began before', async () => {
    const { client, v1 } = server;
    const file = await client.add('cut waiting', ['summarize'], 'Wait for me.');
    const waiting = v1.run(file.processId, '?wait=60');
    await v1.run(file.processId, '?wait=0.2');
    await runSql(server, terminateConnections);
    // the first calls may use a dead connection
    await expect.poll(async () => (await v1.cancel(file.processId)).status).toBe(200);
    expect((await waiting).body.state).toBe('cancelled');
  });
});

describe.runIf(onPostgres)('a database that refuses connections', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ logLevel: 'off' });
  });
  afterAll(() => server.close());

  it('makes the server healthy but not ready until it accepts connections again', async () => {
    const { client, url } = server;
    const name = new URL(server.databaseUrl!).pathname.slice(1);
    const reserved = await client.process('shut out', ['parser']);
    const admin = inject('postgres')!.url;
    const status = async (path: string) => (await fetch(`${url}${path}`)).status;
    await runSql(server, `alter database ${name} with allow_connections false`, admin);
    await runSql(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`, admin);
    await expect.poll(() => status('/ready')).toBe(503);
    expect((await fetch(`${url}/ready`)).headers.get('retry-after')).toBe('2');
    expect(await status('/health')).toBe(200);
    for (const refused of [
      await client.process('shut out', ['parser']),
      await client.list('shut out'),
      await client.keywordSearch('shut out', 'word'),
      await client.upload(reserved.body.presigned_post_url_results, 'Nobody is home.'),
      await server.v1.runs(),
      await new WpipeClient(url, server.apiKey).call('POST', '/matricula', { name: 'w', version: '1', tasks: [] }),
    ]) {
      const { headers } = refused;
      const retryAfter = headers instanceof Headers ? headers.get('retry-after') : headers['retry-after'];
      expect([refused.status, retryAfter]).toEqual([503, '2']);
    }
    const { body } = await client.process('shut out', ['parser']);
    expect(body).toMatchObject({ request_id: expect.any(String) as string, code: 'database_unavailable', items: [] });
    await runSql(server, `alter database ${name} with allow_connections true`, admin);
    await expect.poll(() => status('/ready')).toBe(200);
    await client.complete('let in', ['parser', 'json-to-txt'], 'Back again. All is well.');
  });

  it('does not keep the server from closing', async () => {
    const name = new URL(server.databaseUrl!).pathname.slice(1);
    const admin = inject('postgres')!.url;
    await runSql(server, `alter database ${name} with allow_connections false`, admin);
    await runSql(server, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`, admin);
    await server.close();
  });
});

describe.runIf(onPostgres)('a database whose statements fail', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ worker: false, sweepSeconds: 3600, logLevel: 'off' });
    await runSql(server, 'alter table file rename to misplaced');
  });
  afterAll(async () => {
    await runSql(server, 'alter table misplaced rename to file');
    await server.close();
  });

  const id = '00000000-0000-4000-8000-000000000000';

  it('makes searches return the recorded error', async () => {
    for (const { status, body } of [
      await server.client.keywordSearch('failing', 'word'),
      await server.client.semanticSearch('failing', 'word'),
    ]) {
      expect(status).toBe(500);
      expect(body).toMatchObject({ message: 'FAILURE: Error querying user files', warnings: [], items: [] });
      expect(body.request_id).toEqual(expect.any(String));
    }
  });

  it('makes every other call return a 500 with the keys that clients read', async () => {
    const { client } = server;
    for (const { status, body } of [
      await client.process('failing', ['parser']),
      await client.list('failing'),
      await client.showTree('failing'),
      await client.fetchOutput('failing', id),
      await client.update('failing', id, {}),
      await client.delete('failing', id),
      await client.processStatus('failing', id),
    ]) {
      expect(status).toBe(500);
      expect(body).toMatchObject({ request_id: expect.any(String) as string, warnings: [], process_output: null });
    }
  });

  it('does not reveal its error messages in responses', async () => {
    const responses = [await server.client.list('failing'), await server.v1.runs(), await server.v1.run(id)];
    for (const { status, text } of responses) {
      expect(status).toBe(500);
      expect(text).not.toMatch(/relation|select|postgres|file"|misplaced/i);
    }
    expect(JSON.parse(responses[1]!.text)).toMatchObject({ error: { code: 'internal' } });
  });

  it('leaves the server healthy', async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect((await server.client.checkin()).status).toBe(200);
  });
});

describe.runIf(onPglite)('an embedded database that stops', () => {
  it('makes requests return a 503 with Retry-After, and does not keep the server from closing', async () => {
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    onTestFinished(() => post.mockRestore());
    const failures: Error[] = [];
    const server = await startTestServer({
      logLevel: 'off',
      sweepSeconds: 3600,
      onFailure: (error) => failures.push(error),
    });
    await Promise.all([...new Set(post.mock.contexts as Worker[])].map((thread) => thread.terminate()));
    await expect.poll(() => String(failures[0])).toContain('Expected the embedded database to run, but it stopped');
    const refused = await server.client.process('stopped', ['parser']);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    await server.close();
  });
});
