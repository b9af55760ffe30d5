import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';

let served: CliServer;
beforeAll(async () => {
  served = await startCliServer('--no-worker');
});
afterAll(() => served.close());

describe('millrace keys', () => {
  it('creates a key and prints it once, lists it, and revokes it by name', async () => {
    const created = await served.run(['keys', 'create', 'ci', '--role', 'runner', '--expires', '90d']);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const [, id = '', key = ''] =
      /^id +(\S+)\nname +ci\nrole +runner\npipelines +all\nexpires +\d{4}-\S+ \S+\nkey +(\S{36}) \(shown only once\)\n$/.exec(
        created.stdout,
      ) ?? [];
    expect(id).not.toBe('');
    const listed = await served.run(['keys', 'list']);
    expect(listed.stdout).toMatch(/^KEY ID +NAME +ROLE +PIPELINES +CREATED +EXPIRES\n/);
    expect(listed.stdout).toMatch(/ server-[0-9a-f]{8} +admin +all +\S+ \S+ +never$/m);
    expect(listed.stdout).toMatch(new RegExp(`^${id} +ci +runner +all `, 'm'));
    expect(listed.stdout).not.toContain(key);
    const asRunner = { MILLRACE_API_URL: served.url, MILLRACE_API_KEY: key };
    expect((await served.run(['runs'], asRunner)).code).toBe(0);
    const rejected = await served.run(['keys'], asRunner);
    expect(rejected.code).toBe(4);
    expect(rejected.stderr).toContain(
      "This request requires at least the role 'admin', but the key 'ci' has the role 'runner'",
    );
    expect(await served.run(['keys', 'revoke', 'ci'])).toEqual({ code: 0, stdout: 'revoked ci\n', stderr: '' });
    expect((await served.run(['runs'], asRunner)).code).toBe(4);
    expect((await served.run(['keys', 'revoke', 'ci'])).code).toBe(5);
  });

  it('restricts a key to pipelines', async () => {
    const args = ['keys', 'create', 'limited', '--role', 'reader', '--pipelines', 'contracts, notes'];
    const created = await served.run(args);
    expect(created.stdout).toMatch(/^pipelines +contracts, notes$/m);
    expect((await served.run(['keys'])).stdout).toMatch(/ limited +reader +contracts, notes /);
    await served.run(['keys', 'revoke', 'limited']);
  });

  it('prints the key as JSON', async () => {
    const { stdout } = await served.run(['keys', 'create', 'json', '--role', 'reader', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'json',
      role: 'reader',
      pipelines: null,
      expiresAt: null,
      key: expect.any(String) as string,
    });
  });

  it('records its changes in the audit log', async () => {
    await served.run(['keys', 'create', 'audited', '--role', 'reader']);
    await served.run(['keys', 'revoke', 'audited']);
    const { stdout } = await served.run(['audit', '--since', '1h']);
    expect(stdout).toMatch(/^WHEN +KEY +ACTION +NAME +PIPELINE +ID +FROM\n/);
    expect(stdout).toMatch(/^\S+ \S+ +server-\w+ +key\.revoke +audited +- +\S{36} +127\.0\.0\.1$/m);
    const json = await served.run(['audit', '--action', 'key.create', '--limit', '1', '--json']);
    const items = [{ action: 'key.create', name: 'audited' }];
    expect(JSON.parse(json.stdout)).toMatchObject({ items, nextCursor: expect.any(String) as string });
    const none = await served.runOnTerminal(['audit', '--since', '2001-01-01', '--action', 'webhook.delete']);
    expect(none.stderr).toContain('No changes.');
    expect((await served.run(['audit', '--since', 'monday'])).stderr).toContain('Expected --since to be a time');
  });

  it.each([
    [['create', 'x'], /Missing --role/],
    [['create', 'x', '--role', 'root'], /Expected --role to be one of reader, runner, operator, admin/],
    [['create', 'x', '--role', 'reader', '--expires', '0d'], /Expected --expires to be/],
    [
      ['create', 'x', '--role', 'reader', '--pipelines', 'a,'],
      /--pipelines: Expected a key's pipelines to be 1 to 100 names/,
    ],
    [['create', 'x', '--role', 'admin', '--pipelines', 'a'], /got admin, which manages the whole account/],
    [['list', '--pipelines', 'a'], /--pipelines can only be used with create/],
    [['create', 'a b', '--role', 'reader'], /Expected a key's name/],
    [['create'], /Missing key name/],
    [['revoke'], /Missing key name/],
    [['list', '--role', 'reader'], /--role can only be used with create/],
    [['delete', 'x'], /Expected list, create or revoke/],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await served.run(['keys', ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
