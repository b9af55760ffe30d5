import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Client } from 'millrace';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { startServer, type RunningServer, type SettingsInput } from '../../src/index.js';
import { createTestDatabase } from '../support/database/test-database.js';

const browserPaths = [
  // Chromium without windows uses a third less CPU time
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The path of an installed browser, or `undefined`. */
export const browserPath = [process.env['MILLRACE_CHROMIUM'], ...browserPaths].find((path) => path && existsSync(path));

if (browserPath === undefined)
  console.warn(
    'The tests of the dashboard are skipped: expected a browser to be installed (apt-get install chromium-headless-shell), or MILLRACE_CHROMIUM to be the path of a browser.',
  );

export interface Dashboard {
  /** The running server. */
  readonly server: RunningServer;
  readonly browser: Browser;
  /** A client with the server's first key. */
  readonly client: Client;
  /** Stops the server. @returns A function that starts it again, with the same data and on the same port. */
  stopServer(): Promise<() => Promise<void>>;
  /** Opens a signed-in page at a path below `/ui`. `close` throws if the page had uncaught errors or console errors. */
  open(path: string, options?: OpenOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  /** The key that signs the page in. @default the server's first key */
  readonly apiKey?: string;
}

/** Starts a server and a browser for all tests of a file. */
export async function openDashboard(settings: SettingsInput = {}): Promise<Dashboard> {
  const database = await createTestDatabase({ isPrepared: true });
  const start = (port: number) =>
    startServer({ ...database.options, port, logLevel: 'error', graceSeconds: 2, ...settings });
  let server = await start(0);
  const browser = await chromium.launch({ executablePath: browserPath ?? '', args: ['--no-sandbox'] });
  const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
  const errors: string[] = [];
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
      // a deadline for what must happen some time, on a busy machine too
      context.setDefaultTimeout(200_000);
      const response = await context.request.post('/v1/session', { data: { key: apiKey } });
      if (!response.ok()) throw new Error(`Expected to be signed in, got ${await response.text()}`);
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(`${page.url()}: ${String(error.stack)}`));
      page.on('console', (message) => {
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
          errors.push(`${page.url()}: ${message.text()}`);
      });
      await page.goto(`/ui${path}`);
      return page;
    },
    close: async () => {
      await client.close();
      await browser.close();
      await server.close();
      await database.cleanup();
      if (errors.length > 0) throw new Error(`Expected no error in the browser's console, got:\n${errors.join('\n')}`);
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Checks a page with axe against WCAG 2.2 AA. Returns a line for each violation with its first elements. */
export async function axeViolations(page: Page): Promise<string[]> {
  // the content security policy blocks scripts in the page, but not those that the debugger runs
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const options = JSON.stringify({ runOnly: { type: 'tag', values: tags } });
  const { violations } = await page.evaluate<AxeResult>(`axe.run(${options})`);
  return violations.map(({ id, help, nodes }) => {
    const elements = nodes.slice(0, 3).map(({ html }) => html);
    return `${id}: ${help}: ${elements.join(' ')}`;
  });
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}
