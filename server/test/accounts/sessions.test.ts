import type { CreatedApiKey } from 'millrace/shared/types/api-key.js';
import type { BrowserSession, SignInLink } from 'millrace/shared/types/session.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/open-database.js';
import { onPostgres } from '../support/database/backend.js';
import { send, signIn } from '../support/clients/browser.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import type { V1ErrorBody } from '../support/clients/v1-client.js';

const week = 604_800;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ worker: false, keyOfEachRole: true, publicUrl: 'https://millrace.example' });
});
afterAll(() => server.close());

const postSession = (json: unknown, headers: Record<string, string> = {}) =>
  send(server.url, '/v1/session', { json, headers });
const sendWithCookie = (cookie: string, path = '/v1/session', headers: Record<string, string> = {}, method = 'GET') =>
  send(server.url, path, { method, headers: { cookie, ...headers } });
const createSignInLink = async (key = server.apiKey) => {
  const headers = { authorization: `Bearer ${key}` };
  const response = await send(server.url, '/v1/session/links', { method: 'POST', headers });
  expect(response.status).toBe(201);
  return JSON.parse(response.text) as SignInLink;
};
const tokenOf = ({ url }: SignInLink) => new URL(url).hash.slice(1);
const createKey = async (name: string, more: object = {}) =>
  (await server.v1.post<CreatedApiKey>('/v1/keys', { name, role: 'reader', ...more })).body;

describe('a browser', () => {
  it('signs in with a key, and its cookie has the role of the key', async () => {
    const response = await postSession({ key: server.roleKeys.reader }, { origin: server.url });
    const expiresAt = new Date(server.clock.now().getTime() + week * 1000).toISOString();
    const session = JSON.parse(response.text) as BrowserSession;
    expect(session).toEqual({
      account: expect.any(String) as string,
      key: { id: expect.any(String) as string, name: 'a-reader', role: 'reader', pipelines: null },
      expiresAt,
    });
    const [cookie = ''] = response.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(
      /^millrace_session_[0-9a-f]{8}=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie + response.text).not.toContain(server.roleKeys.reader);

    const signedIn = cookie.split(';')[0]!;
    const sessionResponse = await sendWithCookie(signedIn);
    expect(JSON.parse(sessionResponse.text)).toEqual(session);
    expect(sessionResponse.headers['cache-control']).toBe('no-store');
    for (const [method, path, status] of [
      ['GET', '/v1/runs', 200],
      ['POST', '/krixik-core-list', 400],
      ['GET', '/dashboard_workers', 200],
      ['GET', '/v1/keys', 403],
      ['POST', '/krixik-core-delete', 403],
    ] as const) {
      expect((await sendWithCookie(signedIn, path, {}, method)).status, path).toBe(status);
    }
  });

  it('gets a Secure cookie if its page came over TLS', async () => {
    const response = await postSession({ key: server.apiKey }, { origin: 'https://millrace.example' });
    expect(response.headers['set-cookie']?.[0]).toMatch(/; Secure; SameSite=Strict$/);
  });

  it('signs in with a link only once', async () => {
    const link = await createSignInLink(server.roleKeys.runner);
    expect(link.url).toMatch(/^https:\/\/millrace\.example\/ui\/sign-in#[\w-]{43}$/);
    expect(link.expiresAt).toBe(new Date(server.clock.now().getTime() + 300_000).toISOString());
    const attempts = await Promise.all([1, 2, 3].map(() => postSession({ link: tokenOf(link) })));
    expect(attempts.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    const signedIn = attempts.find(({ status }) => status === 200)!;
    expect((JSON.parse(signedIn.text) as BrowserSession).key.name).toBe('a-runner');
  });

  it('gets the same error for every invalid secret', async () => {
    const late = await createSignInLink();
    server.clock.advance(300);
    const ofRevoked = await createKey('revoked');
    const unused = await createSignInLink(ofRevoked.key);
    const used = await createSignInLink();
    await signIn(server.url, { link: tokenOf(used) });
    await server.v1.call('DELETE', '/v1/keys/revoked');
    const secrets = [
      { key: 'x' },
      { key: '' },
      { key: 'k'.repeat(201) },
      { key: ofRevoked.key },
      { key: tokenOf(await createSignInLink()) },
      { link: 'x' },
      { link: tokenOf(late) },
      { link: tokenOf(unused) },
      { link: tokenOf(used) },
      { link: server.apiKey },
    ];
    const refusals = await Promise.all(secrets.map((secret) => postSession(secret)));
    const same = refusals.map(({ status, text, headers }) => {
      const { code, message } = (JSON.parse(text) as V1ErrorBody).error;
      return { status, code, message, cookie: headers['set-cookie'] };
    });
    expect(new Set(same.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(same[0]).toMatchObject({ status: 401, code: 'unauthenticated' });
    for (const body of [{}, [], { key: 1 }, { key: 'x', link: 'x' }])
      expect((await postSession(body)).status).toBe(400);
    expect((await postSession({ key: 'x'.repeat(5000) })).status).toBe(413);
  });

  it('signs out, which invalidates its cookie', async () => {
    const cookie = await signIn(server.url, { key: server.apiKey });
    const response = await sendWithCookie(cookie, '/v1/session', {}, 'DELETE');
    expect(response.status).toBe(204);
    expect(response.headers['set-cookie']?.[0]).toMatch(/^millrace_session_[0-9a-f]{8}=; Max-Age=0; Path=\/;/);
    expect((await sendWithCookie(cookie)).status).toBe(401);
    expect((await sendWithCookie(cookie, '/v1/session', {}, 'DELETE')).status).toBe(204);
  });

  it('is signed out when its key is revoked, and when the key or the session expires', async () => {
    const short = await createKey('short', { expireTime: 60 });
    const revoked = await createKey('to-revoke');
    const [ofShort, ofRevoked, ofAdmin] = [
      await signIn(server.url, { key: short.key }),
      await signIn(server.url, { key: revoked.key }),
      await signIn(server.url, { key: server.apiKey }),
    ];
    expect((JSON.parse((await sendWithCookie(ofShort)).text) as BrowserSession).expiresAt).toBe(short.expiresAt);
    await server.v1.call('DELETE', '/v1/keys/to-revoke');
    expect((await sendWithCookie(ofRevoked)).status).toBe(401);
    server.clock.advance(60);
    expect((await sendWithCookie(ofShort)).status).toBe(401);
    expect((await sendWithCookie(ofAdmin)).status).toBe(200);
    server.clock.advance(week);
    expect((await sendWithCookie(ofAdmin)).status).toBe(401);
  });

  it('cannot create links, which would keep it signed in forever', async () => {
    const cookie = await signIn(server.url, { key: server.apiKey });
    const refused = await sendWithCookie(cookie, '/v1/session/links', {}, 'POST');
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('Expected the API key in a header');
  });
});

describe('a request with a session cookie', () => {
  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another port, in an old browser', { origin: 'http://127.0.0.1:1' }],
    ['a name that points to this machine', { host: 'evil.example' }],
    ['a name that looks like this machine', { host: '127.0.0.1.evil.example' }],
  ])('is rejected from %s, unless it also has a key', async (_, headers: Record<string, string>) => {
    const cookie = await signIn(server.url, { key: server.apiKey });
    for (const path of ['/v1/runs', '/dashboard_workers', '/krixik-core-list']) {
      const method = path.startsWith('/krixik') ? 'POST' : 'GET';
      expect((await sendWithCookie(cookie, path, headers, method)).status, path).toBe(403);
    }
    expect((await sendWithCookie(cookie, '/v1/session', headers, 'DELETE')).status).toBe(403);
    expect((await postSession({ key: server.apiKey }, headers)).status).toBe(403);
    expect(
      (await sendWithCookie(cookie, '/v1/runs', { ...headers, authorization: `Bearer ${server.apiKey}` })).status,
    ).toBe(200);
    expect((await sendWithCookie(cookie)).status, 'and is still signed in').toBe(200);
  });

  it.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://millrace.example' }],
    [{ host: 'millrace.example:8418', origin: 'https://millrace.example' }],
    [{ host: 'localhost:8418', origin: 'http://localhost:8418' }],
    [{ host: '[::1]:8418', origin: 'http://[::1]:8418' }],
  ])('is accepted with the headers %j', async (headers: Record<string, string>) => {
    const cookie = await signIn(server.url, { key: server.apiKey });
    expect((await sendWithCookie(cookie, '/v1/runs', headers)).status).toBe(200);
  });
});

it.runIf(onPostgres)(
  'the server stores only hashes of sessions, limits them per key, and deletes expired ones',
  async () => {
    const db = await openDatabase({ dataDir: server.dataDir, databaseUrl: server.databaseUrl! });
    try {
      const read = async () =>
        (
          await db.query<{ hash: string; kind: string }>(
            'select session.hash, kind from session join api_key on api_key.id = key_id where name = $1',
            ['many'],
          )
        ).rows;
      const { key } = await createKey('many');
      const cookies = await Promise.all(Array.from({ length: 103 }, () => signIn(server.url, { key })));
      const links = await Promise.all(Array.from({ length: 22 }, () => createSignInLink(key)));
      const rows = await read();
      expect(rows.filter(({ kind }) => kind === 'browser')).toHaveLength(100);
      expect(rows.filter(({ kind }) => kind === 'link')).toHaveLength(20);
      const stored = JSON.stringify(rows);
      for (const token of [...cookies.map((cookie) => cookie.split('=')[1]!), ...links.map(tokenOf)]) {
        expect(stored).not.toContain(token);
      }
      server.clock.advance(300);
      await expect.poll(async () => (await read()).length).toBe(100);
      server.clock.advance(week);
      await expect.poll(async () => (await read()).length).toBe(0);
    } finally {
      await db.close();
    }
  },
);
