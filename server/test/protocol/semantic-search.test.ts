import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

it('says that no files were found when nothing is selected', async () => {
  for (const selectors of [{}, { file_ids: ['x'] }, { file_names: ['*.txt'] }]) {
    const { status, body } = await server.client.semanticSearch('nothing', 'a question', selectors);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['request_id', 'message', 'warnings', 'items']);
    expect(body.message).toBe('No files were found for the given query arguments');
    expect(body.items).toEqual([]);
  }
});

it('is refused in a pipeline without vectors, and says what it needs', async () => {
  await server.client.complete('no vectors', ['parser'], 'A sentence.');
  const { status, body } = await server.client.semanticSearch('no vectors', 'a question');
  expect(status).toBe(400);
  expect(body.message).toMatch(/text-embedder.*vector-db/);
  expect(body).toMatchObject({ items: [], warnings: [], request_id: expect.any(String) as string });
});

it.each([0, -1, 1.5, 'five', 1_000_000])('refuses %j as k', async (k) => {
  const { status } = await server.client.call('/semantic-search', { pipeline: 'nothing', query: 'a question', k });
  expect(status).toBe(400);
});
