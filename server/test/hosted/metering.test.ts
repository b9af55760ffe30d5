import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxOpenRuns: 12 });
});
afterAll(() => server.close());

describe('cap-check', () => {
  it('returns the used units', async () => {
    const { status, body } = await server.client.capCheck();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      request_id: expect.any(String) as string,
      message: expect.any(String) as string,
      units_used: expect.any(Number) as number,
    });
  });

  it('counts one unit per processed file, whatever its chain, and keeps the count after a deletion', async () => {
    const { client } = server;
    const used = async () => (await client.capCheck()).body.units_used;
    const start = await used();
    const file = await client.complete('meter', ['parser', 'json-to-txt', 'keyword-db'], 'Count me. Once.');
    expect(await used()).toBe(start + 1);
    await Promise.all(Array.from({ length: 5 }, () => client.complete('meter more', ['parser'], 'Count me.')));
    expect(await used()).toBe(start + 6);
    await client.delete('meter', file.fileId);
    expect(await used()).toBe(start + 6);
  });

  it('does not count a reservation', async () => {
    const { client } = server;
    const { units_used: before } = (await client.capCheck()).body;
    await client.process('meter reserved', ['parser']);
    expect((await client.capCheck()).body.units_used).toBe(before);
  });
});

describe('an account with too many unfinished runs', () => {
  it('gets a 400 from process until one of them is deleted', async () => {
    const { client } = server;
    const responses = await Promise.all(Array.from({ length: 15 }, () => client.process('meter full', ['parser'])));
    const [refused] = responses.filter(({ status }) => status !== 200);
    expect(refused?.status).toBe(400);
    expect(refused?.body.message).toContain('12 unfinished runs');
    expect((await client.process('meter other', ['parser'])).status).toBe(400);
    const [taken] = responses.filter(({ status }) => status === 200);
    await client.delete('meter full', taken!.body.file_id);
    expect((await client.process('meter full', ['parser'])).status).toBe(200);
    expect((await client.process('meter full', ['parser'])).status).toBe(400);
  });
});
