import { describe, expect, it } from 'vitest';
import { fileId, hostedService, listedRun, millraceService, runId, runRecord } from './support/hosted-service.js';

describe('client.runs', () => {
  it('reads, lists, cancels and deletes runs of any kind', async () => {
    const flow = runRecord({ kind: 'flow', of: 'my-flow' });
    const summary = { ...listedRun({ kind: 'flow', of: 'my-flow' }), subject: null };
    const { client, requests } = await millraceService({
      '/v1/runs': (seen) => {
        if (seen.method === 'DELETE') return { status: 204 };
        if (seen.method === 'POST') return { json: summary };
        return { json: seen.path.includes('?') ? { items: [summary], nextCursor: 'c2' } : flow };
      },
    });
    expect(await client.runs.get(runId)).toEqual(flow);
    const since = new Date('2026-01-01T00:00:00Z');
    expect(await client.runs.list({ state: 'running', since, limit: 5 })).toEqual({
      items: [summary],
      nextCursor: 'c2',
    });
    expect(await client.runs.cancel(runId)).toEqual(summary);
    await client.runs.delete(runId);
    expect(requests.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/runs/${runId}`,
      'GET /v1/runs?state=running&since=2026-01-01T00%3A00%3A00.000Z&limit=5',
      `POST /v1/runs/${runId}/cancel`,
      `DELETE /v1/runs/${runId}`,
    ]);
  });

  it('and client.files are not available on a hosted server', async () => {
    const { client } = await hostedService();
    await expect(client.runs.list()).rejects.toMatchObject({ code: 'configuration' });
    await expect(client.files.get(fileId)).rejects.toMatchObject({ code: 'configuration' });
  });
});

it('client.files.get() finds a file and its pipeline by the file ID alone', async () => {
  const file = {
    fileId,
    requestId: runId,
    pipeline: 'notes',
    state: 'ready',
    fileName: 'a.txt',
    symbolicDirectoryPath: '/novels',
    symbolicFilePath: '/novels/a.txt',
    fileTags: [{ my_tag: 'Some_Value' }],
    fileDescription: 'd',
    createdAt: '2026-06-05T14:01:35.000Z',
    lastUpdated: '2026-06-05T14:01:35.000Z',
    expiresAt: '2026-06-05T16:01:35.000Z',
    modules: {},
    modulesData: {},
  };
  const { client } = await millraceService({ [`/v1/files/${fileId}`]: { json: file } });
  const createdAt = new Date(file.createdAt);
  const expiresAt = new Date(file.expiresAt);
  expect(await client.files.get(fileId.toUpperCase())).toEqual({
    ...file,
    inputSha256: null,
    createdAt,
    lastUpdated: createdAt,
    expiresAt,
  });
  await expect(client.files.get('notes')).rejects.toMatchObject({ code: 'validation' });
});

it.each([undefined, '/a.txt', ['/a.txt']])('client.files.lookup() rejects %j instead of files', async (files) => {
  const { client, requests } = await millraceService();
  const options = { pipeline: 'notes', chain: ['parser'] };
  await expect(client.files.lookup(files as never, options)).rejects.toMatchObject({
    code: 'validation',
    issues: [{ path: ['files'] }],
  });
  expect(requests).toEqual([]);
});
