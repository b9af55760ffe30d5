import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const alias = [
  { find: /^millrace$/, replacement: here('./src/index.ts') },
  { find: /^millrace\/(.*)\.js$/, replacement: here('./src/$1.ts') },
  { find: /^@millrace\/server$/, replacement: here('./server/src/index.ts') },
];

/**
 * Children and threads are started from files beside the caller's. Under test the callers are TypeScript, so such a file
 * is the built one: `new URL('./runner-child.js', import.meta.url)` in server/src points into server/dist.
 */
const builtChildren = {
  name: 'built-children',
  transform(code: string, id: string): string | undefined {
    if (!id.includes('/server/src/') || !code.includes('import.meta.url')) return undefined;
    const dist = JSON.stringify(new URL('./server/dist/', import.meta.url).href);
    return code.replaceAll(/new URL\((['"])\.\/([\w./-]+)\1,\s*import\.meta\.url\)/g, `new URL('./$2', ${dist})`);
  },
};

/** The gate tries a failed test once more, and says so: its machine may be busy with others. Whoever sees it mends the test. */
const retry = process.env['CI'] ? 1 : 0;

/** Rooms that know no database: once is enough. */
const withoutDatabase = [
  'runner',
  'modules',
  'convert',
  'blobs',
  'models',
  'vectors',
  'custom-modules',
  'webhooks',
].map((room) => `server/test/${room}/**`);

const server = (backend: 'pglite' | 'postgres', exclude: string[] = []) => ({
  plugins: [builtChildren],
  resolve: { alias },
  test: {
    name: `server (${backend})`,
    include: ['server/test/**/*.test.ts'],
    exclude,
    globalSetup: ['server/test/support/global-setup.ts'],
    env: { MILLRACE_TEST_BACKEND: backend },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry,
    // a deadline for what must happen some time, on a busy machine too
    expect: { poll: { timeout: 25_000 } },
  },
});

export default defineConfig({
  test: {
    // tests wait more than they compute: for servers, for leases, for the disk
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        plugins: [builtChildren],
        resolve: { alias },
        test: { name: 'sdk', include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, retry },
      },
      server('pglite'),
      server('postgres', withoutDatabase),
    ],
  },
});
