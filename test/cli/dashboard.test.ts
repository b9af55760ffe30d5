import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { RunningServer } from '@millrace/server';
import { Output } from 'millrace/cli/output/output.js';
import { announceServer } from 'millrace/cli/output/server-announcement.js';
import type { Terminal } from 'millrace/cli/terminal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';

let served: CliServer;
let browser: string;
let opened: string;
beforeAll(async () => {
  served = await startCliServer('--no-worker');
  browser = join(served.directory, 'browser');
  opened = join(served.directory, 'opened');
  writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
  chmodSync(browser, 0o700);
});
afterAll(() => served.close());

/** Signs in as the page does, with the token after the `#`. */
async function signIn(link: string): Promise<number> {
  const { origin, pathname, hash } = new URL(link);
  expect([origin, pathname]).toEqual([served.url, '/ui/sign-in']);
  const body = JSON.stringify({ link: hash.slice(1) });
  return (await fetch(`${served.url}/v1/session`, { method: 'POST', body })).status;
}

describe('millrace dashboard', () => {
  it('opens a sign-in link in the browser without printing it', async () => {
    const { code, stdout, stderr } = await served.run(['dashboard'], { BROWSER: browser });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Opened ${served.url}/ui/ in a browser.\n`,
    });
    expect(await signIn(readFileSync(opened, 'utf8'))).toBe(200);
  });

  it.each([
    ['is run with --print', ['--print'], { BROWSER: '/usr/bin/true' }],
    ['has no screen', [], {}],
    ['has no such browser', [], { BROWSER: '/nowhere/browser' }],
    ['has a browser that fails', [], { BROWSER: '/usr/bin/false' }],
  ])('prints the link if it %s', async (_, args, env: Record<string, string>) => {
    const { code, stdout, stderr } = await served.run(['dashboard', ...args], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await signIn(stdout.trimEnd())).toBe(200);
  });

  it('prints the link as JSON', async () => {
    const { stdout } = await served.run(['dashboard', '--json'], { BROWSER: browser });
    const { url, expiresAt } = JSON.parse(stdout) as { url: string; expiresAt: string };
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    expect([await signIn(url), await signIn(url)]).toEqual([200, 401]);
  });

  it('is announced by millrace serve, without a sign-in link if stdout is not a terminal', async () => {
    await served.server.waitForOutput('stdout', /^Modules .*\n/m);
    expect(served.server.stdout()).toContain(`\nDashboard  ${served.url}/\n`);
    expect(served.server.stdout()).not.toContain('sign-in');
  });

  async function announce({ isTTY, isNewKey }: { isTTY: boolean; isNewKey: boolean }): Promise<string> {
    const { url, apiKey } = served;
    const server = { url, apiKey, dashboardUrl: `${url}/`, dataDir: '/data', backend: 'pglite', isNewKey };
    const stdout = Object.assign(new PassThrough(), { isTTY });
    const output = new Output({ stdout, env: {} } as unknown as Terminal, { verbose: false });
    await announceServer(server as RunningServer, output, { host: undefined, hasWorker: false, modules: undefined });
    stdout.end();
    return text(stdout);
  }

  it('is announced on a terminal with a sign-in link that works once', async () => {
    const printed = await announce({ isTTY: true, isNewKey: false });
    const [, link = ''] = /^Dashboard .*\n +(\S+) signs in one browser/m.exec(printed) ?? [];
    expect([await signIn(link), await signIn(link)]).toEqual([200, 401]);
  });

  it('is announced with a new key only on a terminal', async () => {
    const line = `New key    ${served.apiKey} (shown only once)\n`;
    expect(await announce({ isTTY: true, isNewKey: true })).toContain(line);
    expect(await announce({ isTTY: true, isNewKey: false })).not.toContain(served.apiKey);
    const elsewhere = await announce({ isTTY: false, isNewKey: true });
    expect(elsewhere).not.toContain(served.apiKey);
    expect(elsewhere).toContain('credentials.json');
  });
});
