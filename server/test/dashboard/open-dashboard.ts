import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Client } from 'millrace';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { startServer, type RunningServer, type SettingsInput } from '../../src/index.js';
import { createTestDatabase } from '../support/database/test-database.js';

const places = [
  // the same browser without windows takes a third less of the processors
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The browser that is there; `undefined` without one. */
export const browserPath = [process.env['MILLRACE_CHROMIUM'], ...places].find((path) => path && existsSync(path));

if (browserPath === undefined)
  console.warn(
    'The tests of the dashboard are left out: expected a browser to be installed (apt-get install chromium-headless-shell), or MILLRACE_CHROMIUM to be the path of a browser.',
  );

export interface Dashboard {
  /** @returns The server that runs now. */
  readonly server: RunningServer;
  readonly browser: Browser;
  /** A client with the server's first key. */
  readonly client: Client;
  /** Stops the server. @returns A function that starts it again, with the same data and at the same port. */
  stopServer(): Promise<() => Promise<void>>;
  /** A page that is signed in, at an address below `/ui`. Console errors and failed requests of the page fail `close`. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** Of whom the page is. @default the server's first key */
  readonly apiKey?: string;
}

/** Starts a real server and a browser, for all tests of a file. */
export async function openDashboard(settings: SettingsInput = {}): Promise<Dashboard> {
  const database = await createTestDatabase({ isPrepared: true });
  const start = (port: number) =>
    startServer({ ...database.options, port, logLevel: 'error', graceSeconds: 2, ...settings });
  let server = await start(0);
  const browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] });
  const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
  const troubles: string[] = [];
  return {
    get server() {
      return server;
    },
    browser,
    client,
    stopServer: async () => {
      await server.close();
      return async () => {
        server = await start(Number(new URL(server.url).port));
      };
    },
    open: async (path, { apiKey = server.apiKey, ...options } = {}) => {
      const context = await browser.newContext({ locale: 'en-GB', baseURL: server.url, ...options });
      const signedIn = await context.request.post('/v1/session', { data: { key: apiKey } });
      if (!signedIn.ok()) throw new Error(`Expected to be signed in, got ${await signedIn.text()}`);
      const page = await context.newPage();
      page.on('pageerror', (error) => troubles.push(`${page.url()}: ${String(error.stack)}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          troubles.push(`${page.url()}: ${message.text()}`);
      });
      await page.goto(`/ui${path}`);
      return page;
    },
    close: async () => {
      await client.close();
      await browser.close();
      await server.close();
      await database.cleanup();
      if (troubles.length > 0)
        throw new Error(`Expected no error in the browser's console, got:\n${troubles.join('\n')}`);
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on a page, by WCAG 2.2 AA: a line for each violation with its first elements. */
export async function axeViolations(page: Page): Promise<string[]> {
  // the content security policy refuses a script in the page; this one is run by the debugger
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags } });
  const { violations } = await page.evaluate<AxeResult>(`axe.run(${options})`);
  return violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map(({ html }) => html);
    return `${id}: ${help}: ${places.join(' ')}`;
  });
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}
