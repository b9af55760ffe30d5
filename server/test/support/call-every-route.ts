import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { send, signIn } from './clients/browser.js';
import { created, logged, ReportedRunDriver, running, taskCreated } from './clients/events.js';
import type { ProcessArguments } from './clients/hosted-client.js';
import type { TestServer } from './test-server.js';
import { readEvents } from './clients/v1-client.js';
import { start, WorkerDriver } from './worker-driver.js';
import { WpipeClient, type NewProcess } from './clients/wpipe-client.js';

const text = 'The mill stood still.';
const chain = ['keyword-db'];

/**
 * Calls each route of the server at least once, with the arguments that decide which statements run.
 *
 * @returns The routes that were called.
 */
export async function callEveryRoute(server: TestServer): Promise<string[]> {
  const called = new Set<string>();
  const { client, v1, clock } = server;
  const request = async (route: string, path: string, init: RequestInit = {}, expectedStatuses = [200, 201, 204]) => {
    called.add(route);
    const [method = ''] = route.split(' ');
    const headers = { authorization: `Bearer ${server.apiKey}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(server.url + path, { ...init, method, headers });
    const body = await response.text();
    expect(expectedStatuses, `${route}: ${body.slice(0, 500)}`).toContain(response.status);
    return { headers: response.headers, body: (/^[[{]/.test(body) ? JSON.parse(body) : {}) as Record<string, unknown> };
  };
  const json = (body: unknown): RequestInit => ({
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const hosted = async <T extends { status: number; text: string }>(
    route: string,
    response: Promise<T>,
  ): Promise<T> => {
    called.add(`POST ${route}`);
    const settled = await response;
    expect(settled.status, `${route}: ${settled.text}`).toBe(200);
    return settled;
  };

  await request('GET /', '/', {}, [404]);
  for (const path of ['/ui', '/ui/index.html']) {
    await request(path === '/ui' ? 'GET /ui' : 'GET /ui/*', path, { redirect: 'manual' }, [200, 302, 404]);
  }
  const { body: link } = await request('POST /v1/session/links', '/v1/session/links');
  const cookie = await signIn(server.url, { link: new URL(String(link['url'])).hash.slice(1) });
  called.add('POST /v1/session');
  await request('GET /v1/session', '/v1/session');
  expect((await send(server.url, '/v1/session', { headers: { cookie } })).status).toBe(200);
  await request('DELETE /v1/session', '/v1/session', { headers: { cookie } });

  await request('GET /health', '/health');
  await request('GET /ready', '/ready');
  await hosted('/cli-checkin', client.checkin());
  await hosted('/krixik-core-cap-check', client.capCheck());

  // a file from its reservation to its download
  const add = async (name: string, options: ProcessArguments = {}, steps = chain) => {
    const headers = { 'Idempotency-Key': name };
    const { body } = await hosted(
      '/krixik-core-process',
      client.process('notes', steps, { file_name: `${name}.txt`, file_tags: [{ author: name }], ...options }, headers),
    );
    return {
      body,
      file: { pipeline: 'notes', fileId: body.presigned_post_url_results.fields['key']!, processId: body.request_id },
    };
  };
  const { body: reserved, file } = await add('first', { keep_input: true });
  called.add('POST /_upload');
  expect((await client.upload(reserved.presigned_post_url_results, text)).status).toBe(204);
  await hosted('/krixik-core-process-status', client.processStatus('notes', file.processId));
  await client.settle(file);
  const output = await hosted('/krixik-core-fetch-output', client.fetchOutput('notes', file.fileId));
  const address = output.body.process_output?.[0]?.url ?? '';
  await request('GET /_download/:file', address.slice(server.url.length));

  // resumable uploads: one is resumed, another terminated
  const { body: second, file: resumed } = await add('second');
  const { url, fields } = second.presigned_post_url_results;
  const path = `${url.slice(server.url.length)}/${fields['key']}`;
  const tus = {
    'tus-resumable': '1.0.0',
    'upload-policy': fields['policy']!,
    'upload-signature': fields['signature']!,
  };
  const length = { 'upload-length': String(text.length), 'upload-metadata': 'version a' };
  await request('OPTIONS /_upload/:file', path);
  await request('POST /_upload/:file', path, { headers: { ...tus, ...length } });
  const patch = { ...tus, 'content-type': 'application/offset+octet-stream' };
  await request('PATCH /_upload/:file', path, { headers: { ...patch, 'upload-offset': '0' }, body: text.slice(0, 5) });
  await request('GET /_upload/:file', path, { headers: tus });
  await request('PATCH /_upload/:file', path, { headers: { ...patch, 'upload-offset': '5' }, body: text.slice(5) });
  await client.settle(resumed);
  const { body: third } = await add('third');
  const terminated = `${url.slice(server.url.length)}/${third.presigned_post_url_results.fields['key']}`;
  const thirdTus = {
    'tus-resumable': '1.0.0',
    'upload-policy': third.presigned_post_url_results.fields['policy']!,
    'upload-signature': third.presigned_post_url_results.fields['signature']!,
  };
  await request('POST /_upload/:file', terminated, { headers: { ...thirdTus, ...length } });
  await request('DELETE /_upload/:file', terminated, { headers: thirdTus });

  // lists and searches, with each argument
  const selectors = [
    {},
    { file_ids: [file.fileId, randomUUID()] },
    { file_names: ['first.txt', 'nobody.txt'] },
    { file_names: ['fir*'] },
    { symbolic_directory_paths: ['/letters/7/7', '/nowhere'] },
    { symbolic_directory_paths: ['/letters/7/*'] },
    { symbolic_directory_paths: ['/*'] },
    { symbolic_file_paths: ['/letters/7/7/note-7.txt', '/nowhere/nobody.txt'] },
    { symbolic_file_paths: ['/letters/7/note-7*'] },
    { file_tags: [{ author: 'first' }, { nobody: '*' }] },
    { file_tags: [{ author: '*' }] },
    { created_at_start: 0, created_at_end: clock.unix() },
    { last_updated_start: clock.unix() - 600, last_updated_end: clock.unix(), file_tags: [{ author: '*' }] },
    { file_ids: [file.fileId], file_names: ['x*'], symbolic_directory_paths: ['/a'], file_tags: [{ a: 'b' }] },
  ];
  for (const selected of selectors) {
    const chosen = { max_files: 20, ...selected };
    await hosted('/keyword-search', client.keywordSearch('notes', 'rare mill', chosen));
    for (const query of ['rare mill', 'rare', 'note']) {
      const body = { pipeline: 'notes', query, limit: 5, ...inCamelCase(selected) };
      const { body: page } = await request('POST /v1/keyword-search', '/v1/keyword-search', json(body));
      const cursor = page['nextCursor'];
      if (cursor) await request('POST /v1/keyword-search', '/v1/keyword-search', json({ ...body, cursor }));
    }
    // the chain ends in another module, so only the files are looked up
    called.add('POST /semantic-search');
    await client.semanticSearch('notes', 'a mill', chosen);
    // with the default of 1000 files, for which a bad plan reads all files; last, because the last values of a statement are recorded
    await hosted('/krixik-core-list', client.list('notes', selected));
  }
  for (const directory of ['/*', '/letters/7/7', '/letters/8*']) {
    await hosted('/krixik-core-show-tree', client.showTree('notes', directory, 20));
  }
  await hosted(
    '/krixik-core-update',
    client.update('notes', file.fileId, { file_name: 'renamed.txt', file_tags: [{ a: 'b' }] }),
  );
  for (const directory of ['/', '/letters/7']) {
    const { body: page } = await request('GET /v1/files', `/v1/files?pipeline=notes&limit=20&directory=${directory}`);
    const next = page['nextCursor'] as string | null;
    if (next !== null)
      await request('GET /v1/files', `/v1/files?pipeline=notes&limit=20&directory=${directory}&cursor=${next}`);
  }
  const paths = ['/letters/7/7/note-7.txt', '/nowhere/nobody.txt'].map((path) => ({ path, sha256: '0'.repeat(64) }));
  await request('POST /v1/files/lookup', '/v1/files/lookup', json({ pipeline: 'notes', chain, files: paths }));
  await request('GET /v1/files/:id', `/v1/files/${file.fileId}`);
  await request('GET /v1/files/:id/input', `/v1/files/${file.fileId}/input`);
  await request('GET /v1/files/:id/input/picture', `/v1/files/${file.fileId}/input/picture`, {}, [409]);
  await request('GET /v1/files/:id/output', `/v1/files/${file.fileId}/output`);
  await request('GET /v1/files/:id/output', `/v1/files/${file.fileId}/output?q=mill`);
  await request('GET /v1/files/:id/output/content', `/v1/files/${file.fileId}/output/content`);
  await request('PATCH /v1/files/:id', `/v1/files/${file.fileId}`, json({ expireTime: 3600 }));
  await request('DELETE /v1/files/:id', `/v1/files/${resumed.fileId}`);

  // runs whose modules no worker executes
  const parked = async (name: string) => {
    const { pipeline, fileId, processId } = await client.add('waiting', ['summarize'], text.repeat(20), {
      file_name: `${name}.txt`,
    });
    return { pipeline, fileId, processId };
  };
  const waiting = await parked('waiting');
  await request('POST /v1/runs/:id/cancel', `/v1/runs/${waiting.processId}/cancel`);
  await request('GET /v1/runs/:id/logs', `/v1/runs/${waiting.processId}/logs?wait=0`);
  const logs = `/v1/runs/${waiting.processId}/logs?before=100&q=x&task=module_1&counts=true`;
  await request('GET /v1/runs/:id/logs', logs);
  await request('POST /v1/runs/:id/resume', `/v1/runs/${waiting.processId}/resume`, {}, [200, 409]);
  await request('POST /v1/runs/:id/rerun', `/v1/runs/${waiting.processId}/rerun`, {}, [201, 409]);
  await request('DELETE /v1/runs/:id', `/v1/runs/${waiting.processId}`);
  await request('GET /v1/runs/:id', `/v1/runs/${file.processId}?wait=1&since=1&output=1000`);
  called.add('GET /v1/runs/:id/events');
  await v1.allEvents(file.processId);

  // a reported run
  const worker = { name: 'a worker', version: 'v1', pipelines: [] };
  const { body: registered } = await request('POST /v1/workers', '/v1/workers', json(worker));
  await request('POST /v1/workers/:id/heartbeat', `/v1/workers/${String(registered['id'])}/heartbeat`, json({}));
  await request('GET /v1/workers', '/v1/workers?all=true');
  called.add('POST /v1/events');
  const run = new ReportedRunDriver(v1);
  await run.begin({ worker: String(registered['id']) });
  called.add('GET /v1/stream');
  const stream = await v1.openStream(`?run=${run.id}`);
  await run.send(logged('for the stream'));
  for await (const { event } of readEvents(stream)) if (event === 'log') break;
  await run.send(taskCreated('clean-0', 0), running('clean-0'));
  await run.sendHeartbeat();
  const child = new ReportedRunDriver(v1);
  await child.send(created({ parent: run.id }));
  await v1.cancel(run.id);
  for (const query of [
    '',
    '?state=running',
    '?of=notes',
    '?kind=pipeline',
    '?name=loud-7',
    `?worker=${String(registered['id'])}`,
    `?since=${new Date(clock.now().getTime() - 600_000).toISOString()}`,
    `?until=${new Date(clock.now().getTime() - 600_000).toISOString()}`,
    '?root=true',
    `?parent=${run.id}`,
    '?state=failed,cancelled&of=notes',
    ...['created', 'started', 'finished', 'duration'].flatMap((by) => [
      `?sort=${by}`,
      `?sort=-${by}`,
      `?sort=-${by}&state=failed`,
    ]),
    '?q=note-77',
    '?q=note-77&sort=created&state=failed',
    '?count=true&state=failed&of=notes',
    '?count=true&q=note-77',
  ]) {
    const { body } = await request('GET /v1/runs', `/v1/runs${query || '?'}&limit=2`);
    const next = body['nextCursor'];
    if (typeof next === 'string') await request('GET /v1/runs', `/v1/runs${query || '?'}&limit=2&cursor=${next}`);
  }
  await request('GET /v1/runs/:id/tasks/:key', `/v1/runs/${run.id}/tasks/clean-0`);
  await request('GET /v1/runs/points', '/v1/runs/points?limit=20');
  await request('GET /v1/runs/points', '/v1/runs/points?limit=20&state=failed&of=notes');
  await v1.delete(run.id);

  // runs that a worker claims
  const [served, later] = [
    await start(v1, 'served', { idempotencyKey: 'served' }),
    await start(v1, 'served', { priority: 5 }),
  ];
  const driver = await WorkerDriver.register(v1, 'served');
  const taken = await driver.claim(2);
  expect(taken.map(({ run }) => run.requestId).sort()).toEqual([served.requestId, later.requestId].sort());
  await driver.complete(served.requestId);
  await driver.release(later.requestId);
  for (const route of ['POST /v1/runs', 'POST /v1/claims', 'POST /v1/claims/release']) called.add(route);
  for (const action of ['resume', 'rerun', 'cancel', 'delete']) {
    const body = { action, filter: { of: 'served', state: ['completed'] }, dryRun: true };
    await request('POST /v1/runs/bulk', '/v1/runs/bulk', json(body));
    await request('POST /v1/runs/bulk', '/v1/runs/bulk', json({ action, ids: [served.requestId], dryRun: true }));
  }
  const rerun = json({ action: 'rerun', ids: [served.requestId] });
  const { body: job } = await request('POST /v1/runs/bulk', '/v1/runs/bulk', rerun);
  await request('GET /v1/bulk/:id', `/v1/bulk/${String(job['id'])}`);
  await request('DELETE /v1/bulk/:id', `/v1/bulk/${String(job['id'])}`);
  const { body: batch } = await request('POST /v1/batches', '/v1/batches', json({ pipeline: 'notes', chain }));
  const ofBatch = `/v1/batches/${String(batch['batchId'])}`;
  const form = new FormData();
  form.append('file', new Blob([text]), 'in-a-batch.txt');
  form.append('file', new Blob([]), 'empty.txt');
  const { body: sent } = await request('POST /v1/batches/:id/files', `${ofBatch}/files`, { body: form });
  await request('POST /v1/batches/:id/files', `${ofBatch}/files`, { body: form });
  await client.settle({ pipeline: 'notes', ...idsOf(sent) });
  await request('GET /v1/batches', '/v1/batches?of=notes&limit=1');
  await request('GET /v1/batches/:id', ofBatch);
  await request('GET /v1/runs', `/v1/runs?batch=${String(batch['batchId'])}`);
  await request('GET /v1/batches/:id/outputs', `${ofBatch}/outputs`);
  called.add('GET /v1/batches/:id/events');
  const ends = await fetch(`${server.url}${ofBatch}/events`, { headers: { authorization: `Bearer ${server.apiKey}` } });
  for await (const { event } of readEvents(ends)) if (event === 'batch') break;
  await request('POST /v1/batches/:id/close', `${ofBatch}/close`, json({ skipped: 1 }));
  await request('POST /v1/batches/:id/cancel', `${ofBatch}/cancel`, {}, [200, 409]);
  await request('GET /v1/stats', '/v1/stats');
  await request('GET /v1/failures', '/v1/failures?range=30d');
  await request('GET /v1/failures', '/v1/failures?of=notes');
  await request('GET /v1/pipelines', '/v1/pipelines');
  await request('GET /v1', '/v1');
  await request('GET /v1/modules', '/v1/modules');

  // administration
  const { body: webhook } = await request(
    'POST /v1/webhooks',
    '/v1/webhooks',
    json({ url: 'https://example.com/hook', events: ['run.failed'] }),
  );
  await request('GET /v1/webhooks', '/v1/webhooks');
  await request('GET /v1/webhooks/:id', `/v1/webhooks/${String(webhook['id'])}`);
  await request('GET /v1/webhooks/deliveries', `/v1/webhooks/deliveries?webhook=${String(webhook['id'])}`);
  await request('GET /v1/webhooks/deliveries', `/v1/webhooks/deliveries?run=${file.processId}`);
  await request('GET /v1/webhooks/deliveries', '/v1/webhooks/deliveries');
  const noDelivery = `/v1/webhooks/deliveries/msg_${randomUUID()}/redeliver`;
  await request('POST /v1/webhooks/deliveries/:id/redeliver', noDelivery, {}, [404]);
  await request('DELETE /v1/webhooks/:id', `/v1/webhooks/${String(webhook['id'])}`);
  const { body: key } = await request('POST /v1/keys', '/v1/keys', json({ name: 'new', role: 'reader' }));
  await request('GET /v1/keys', '/v1/keys');
  await request('DELETE /v1/keys/:key', `/v1/keys/${String(key['id'])}`);

  for (const query of [
    '?limit=2',
    '?action=file.update',
    '?key=new',
    `?since=${new Date(clock.now().getTime() - 600_000).toISOString()}`,
  ]) {
    const { body } = await request('GET /v1/audit', `/v1/audit${query}`);
    const next = body['nextCursor'];
    if (typeof next === 'string') await request('GET /v1/audit', `/v1/audit${query}&cursor=${next}`);
  }

  for (const prefix of ['', '/wpipe', '/api']) await reportByWpipe(prefix);
  await useDashboard();

  await hosted('/krixik-core-delete', client.delete('notes', file.fileId));
  await request('DELETE /v1/files', '/v1/files?pipeline=pipeline%207', { headers: { 'Idempotency-Key': 'deletion' } });
  return [...called];

  /** Converts selectors of the hosted protocol to those of `/v1`. */
  function inCamelCase(selected: object): object {
    return Object.fromEntries(
      Object.entries(selected).map(([name, value]) => [
        name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
        typeof value === 'number' ? new Date(value * 1000).toISOString() : (value as unknown),
      ]),
    );
  }

  async function useDashboard(): Promise<void> {
    const page = { redirect: 'manual', headers: { accept: 'text/html' } } as const;
    await request('GET /', '/', page, [302]);
    await request('GET /ui', '/ui', page, [302]);
    // 404 without a build of the dashboard
    await request('GET /ui/*', '/ui/', page, [200, 404]);
    const { body: link } = await request('POST /v1/session/links', '/v1/session/links', json({}));
    await request('POST /v1/session', '/v1/session', json({ link: new URL(String(link['url'])).hash.slice(1) }));
    const { headers } = await request('POST /v1/session', '/v1/session', json({ key: server.apiKey }));
    const signedIn = { cookie: headers.get('set-cookie')!.split(';')[0]!, authorization: '' };
    await request('GET /v1/session', '/v1/session', { headers: signedIn });
    await request('DELETE /v1/session', '/v1/session', { headers: signedIn });
  }

  async function reportByWpipe(prefix: string): Promise<void> {
    const wpipe = new WpipeClient(server.url + prefix, server.apiKey);
    const call = async <Body>(method: string, path: string, body?: unknown, shown = path): Promise<Body> => {
      called.add(`${method} ${prefix}${shown}`);
      const response = await wpipe.call<Body>(method, path, body);
      expect(response.status, `${path}: ${response.text.slice(0, 500)}`).toBe(200);
      return response.body;
    };
    await call('GET', '/version');
    const { id } = await call<{ id: string }>('POST', '/matricula', {
      name: 'w',
      version: 'v1',
      tasks: [{ name: 'a', version: 'v1' }],
    });
    await call('POST', '/healthchecker', { id });
    const process = await call<NewProcess>('POST', '/newprocess', { id });
    const [task] = process.sons;
    await call('POST', '/actualizar_task', { task_id: task!.id, status: 'start' });
    await call('POST', '/actualizar_task', { task_id: task!.id, status: 'error', details: 'out of flour' });
    await call('POST', '/endprocess', { id: process.father, details: 'failed' });
    await call('GET', '/dashboard_workers');
    await call('GET', `/dashboard_process/${id}`, undefined, '/dashboard_process/:id');
    await call('GET', `/dashboard_tasks/${process.father}`, undefined, '/dashboard_tasks/:id');
  }
}

/** Returns the ids of the first file in a batch's response. */
function idsOf(sent: Record<string, unknown>): { fileId: string; processId: string } {
  const [first] = sent['items'] as [{ fileId: string; requestId: string }];
  return { fileId: first.fileId, processId: first.requestId };
}
