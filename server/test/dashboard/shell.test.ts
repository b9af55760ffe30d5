import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, logged, ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import { V1Client } from '../support/clients/v1-client.js';
import { axeViolations, browserPath, openDashboard, type Dashboard } from './open-dashboard.js';

describe.skipIf(browserPath === undefined)('the dashboard', () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  const openSignedOut = async (path: string, locale = 'en-GB') => {
    const context = await dashboard.browser.newContext({ baseURL: dashboard.server.url, locale });
    const page = await context.newPage();
    await page.goto(`/ui${path}`);
    return page;
  };

  it("asks for a key at any URL, shows the server's error for a wrong key, and then opens the URL", async () => {
    const page = await openSignedOut('/runs?state=failed');
    const key = page.getByLabel('API key');
    await key.fill('00000000-0000-4000-8000-000000000000');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/key/i);
    expect(await key.inputValue()).toBe('00000000-0000-4000-8000-000000000000');
    expect(await axeViolations(page)).toEqual([]);
    await key.fill(dashboard.server.apiKey);
    await key.press('Enter');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    expect(page.url()).toMatch(/\/ui\/runs\?state=failed$/);
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain(
      dashboard.server.apiKey,
    );

    await page.getByRole('button', { name: 'Sign out' }).click();
    await key.waitFor();
    await page.reload();
    await key.waitFor();
    await page.context().close();
  });

  it('signs in with a one-time link, and removes the secret from the URL', async () => {
    const { server } = dashboard;
    const response = await fetch(`${server.url}/v1/session/links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    const { url } = (await response.json()) as { url: string };
    const path = url.slice(url.indexOf('/ui') + 3);
    const page = await openSignedOut(path);
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(page.url()).not.toContain('#');
    await page.context().close();

    const again = await openSignedOut(path);
    await again.getByText('This link did not work.').waitFor();
    expect(again.url()).not.toContain('#');
    await again.context().close();
  });

  it("uses the browser's language or the chosen one, and the chosen theme, even after a reload", async () => {
    const page = await dashboard.open('/runs', { locale: 'es-ES', colorScheme: 'light' });
    await page.getByRole('heading', { name: 'Ejecuciones' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('es');
    await page.getByLabel('Idioma').selectOption('en');
    await page.getByLabel('Theme').selectOption('dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(19, 20, 22)');
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('has keyboard shortcuts for pages, shows all of them, and ignores them in a field', async () => {
    const page = await dashboard.open('/nowhere');
    await page.getByText('Page not found').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog');
    await help.getByText('Go to Runs').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    await page.keyboard.type('?gr');
    expect(await page.getByRole('searchbox').inputValue()).toBe('?gr');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });

  it('shows at once that the connection is lost, and reconnects automatically', async () => {
    const page = await dashboard.open('/runs');
    // wait until the page's code is loaded, before the browser goes offline
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    await page.getByText('live ·').waitFor();
    await page.context().setOffline(true);
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByText('Connection lost.').waitFor();
    await page.context().setOffline(false);
    await page.getByText('live ·').waitFor();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('reconnects after a restart of the server, loads what it missed, and stays signed in', async () => {
    const { url, apiKey } = dashboard.server;
    const run = new ReportedRunDriver(new V1Client(url, apiKey));
    await run.begin({ of: 'mill', kind: 'flow' });
    await run.send(taskCreated('grind-0', 0), running('grind-0'), logged('before', 'grind-0'));
    const page = await dashboard.open(`/runs/${run.id}`);
    const list = await dashboard.open('/runs');
    const log = page.getByRole('log');
    await log.getByText('before').waitFor();
    await list.getByRole('table', { name: 'Runs' }).getByText('mill', { exact: true }).waitFor();

    const start = await dashboard.stopServer();
    await page.getByText('Connection lost.').waitFor();
    await list.getByText('Connection lost.').waitFor();
    await start();
    // before the browser has reconnected
    await run.send(logged('after', 'grind-0'), completed('grind-0', 'flour'));
    const other = new ReportedRunDriver(new V1Client(url, apiKey));
    await other.begin({ of: 'weir', kind: 'flow' });
    await log.getByText('after').waitFor();
    await page.getByRole('button', { name: /^grind-0 ?, Completed/ }).waitFor();
    await list.getByRole('table', { name: 'Runs' }).getByText('weir', { exact: true }).waitFor();
    for (const each of [page, list]) {
      await each.getByText('live ·').waitFor();
      await each.getByText('Connection lost.').waitFor({ state: 'detached' });
    }
    // live again
    await run.send(logged('later', 'grind-0'), { type: 'run-state', state: 'completed', result: null });
    await log.getByText('later').waitFor();
    expect(await log.getByRole('button', { name: /Link to line/ }).count()).toBe(3);
    await page.context().close();
    await list.context().close();
    await new V1Client(url, apiKey).cancel(other.id);
  });

  it('is usable on a narrow screen', async () => {
    const page = await dashboard.open('/runs', { viewport: { width: 360, height: 640 } });
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
    const navigation = page.getByRole('navigation', { name: 'Main' });
    expect(await navigation.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).click();
    await navigation.getByRole('link', { name: 'Runs' }).click();
    await navigation.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  });
});
