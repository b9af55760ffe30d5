import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

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

/** Kills, cut connections, hostile files, memory and whole stores, over and over: what these find is rare, and they take minutes. */
const soak = [
  'server/test/engine/{balance,batch-balance,chaos,crash,shutdown,take-over,work-balance}.test.ts',
  'server/test/store/{durability,export-import,first-start,killed,maintenance,migrate}.test.ts',
  'test/cli/{killed-batch,transfer}.test.ts',
  'server/test/runner/hostile-files.test.ts',
  'test/e2e/{hostile-files,moving,resumable-cuts}.test.ts',
  'test/faults/{job-runs-twice,memory}.test.ts',
];

/** What users install, and what the pages, examples and notebooks show them. */
const packages = [
  'test/{docs,examples,notebooks}/**/*.test.ts',
  'test/packaging/{consumers,programs,tarball}.test.ts',
  'test/cli/installed.test.ts',
];

/** Other runtimes, test runners and bundlers, which are installed from npm: hundreds of megabytes. */
const runtimes = ['test/packaging/runtimes.test.ts'];

/** These start programs that load the built packages. */
const programs = [
  'abort-leaves-something-open',
  'another-realm',
  'instanceof-across-copies',
  'key-in-the-logs',
  'the-wait-gives-up',
];

/** Tests of one part, inside the process of the test. They need no build. */
const unit = [
  'test/{flow,packaging,sdk,types}/**/*.test.ts',
  `test/faults/!(${programs.join('|')}).test.ts`,
  'server/test/{blobs,convert,models,modules}/**/*.test.ts',
  'server/test/vectors/!(scan-threads).test.ts',
];

/**
 * The embedded database is PostgreSQL as well, so a statement means the same on a server. What is tested there, too, is what
 * several connections change: claims, locks, transactions, notifications. `store/plans.test.ts` calls every route there.
 */
const database = [
  'server/test/{engine,live,queue,search,store}/**/*.test.ts',
  'server/test/accounts/{revocation,sessions}.test.ts',
  'server/test/v1/{batches,bulk,cancelling,events,files,rerun,run-lists,runs,webhooks,work,workers}.test.ts',
  'server/test/hosted/{delete,expiry,idempotency,keyword-search,life-cycle,reservations}.test.ts',
  'server/test/wpipe/runs.test.ts',
  'server/test/transfer/tus-two-servers.test.ts',
];

/** In the same folders, what is about HTTP alone, about the embedded database alone, or starts a PostgreSQL server of its own. */
const anyDatabase = [
  'server/test/store/{data-dir-lock,durability,first-start,killed,maintenance}.test.ts',
  'server/test/search/keyword-query.test.ts',
  'server/test/engine/{balance,batch-balance,crash}.test.ts',
];

/** A hundred thousand files, which the embedded database takes several times as long to write. */
const postgresAlone = ['server/test/store/growth.test.ts'];

/** The built dashboard in a browser, against a real server. */
const dashboard = ['server/test/dashboard/**/*.test.ts'];

/** These are short, but take long. In a new clone, where no durations are known, they would come last, and one by one. */
const long = [
  'server/test/engine/batch-balance.test.ts',
  'server/test/engine/waiters.test.ts',
  'server/test/modules/limits.test.ts',
  'server/test/runner/failing.test.ts',
  'server/test/runner/hostile-files.test.ts',
  'server/test/store/growth.test.ts',
  'server/test/v1/work.test.ts',
  'server/test/v1/workers.test.ts',
  'server/test/wpipe/workers.test.ts',
  'test/docs/shell/shell.test.ts',
  'test/e2e/hostile-files.test.ts',
  'test/examples/examples.test.ts',
  'test/notebooks/notebooks.test.ts',
  'test/packaging/consumers.test.ts',
];

/** Starts the long files of each project first, and the longest project, so that no core is without work in the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): number => Number(long.some((path) => moduleId.endsWith(path)));
    // within a project, since a worker does not outlive one
    const rank = ({ project: { name } }: TestSpecification): string => (name === 'system' ? '' : name);
    return (await super.sort(files)).sort((a, b) =>
      a.project.name === b.project.name ? isLong(b) - isLong(a) : rank(a) < rank(b) ? -1 : 1,
    );
  }
}

const buildSetup = 'test/support/build-setup.ts';
const postgresSetup = 'server/test/support/database/postgres-setup.ts';

const project = (test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration => ({
  plugins: [builtChildren],
  resolve: { alias },
  test: {
    globalSetup: [buildSetup],
    // files in one worker share their modules: a test restores what it changes for all
    isolate: false,
    // limits for what hangs, which no test that works meets, on a busy machine either
    testTimeout: 300_000,
    hookTimeout: 300_000,
    provide: { postgres: null },
    expect: { poll: { timeout: 200_000 } },
    ...test,
  },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/memory-files.ts'],
    // tests wait more than they compute: for servers, for leases, for the disk
    maxWorkers: availableParallelism() + 2,
    // the projects, and later runs, transform a file once (`npx vitest --clearCache` removes it)
    experimental: { fsModuleCache: true },
    sequence: { sequencer: LongestFirst },
    coverage: { include: ['src/**/*.ts', 'server/src/**/*.ts'], reporter: ['text-summary', 'html'] },
    projects: [
      project({
        name: 'unit',
        include: unit,
        exclude: [...packages, ...runtimes, ...soak],
        globalSetup: [],
        // the files of tests that run at the same time are compiled together
        maxConcurrency: 100,
      }),
      // servers, workers and commands, inside the process of the test or as programs, and whatever belongs to no other
      project({
        name: 'integration',
        include: ['server/test/**/*.test.ts', 'test/**/*.test.ts'],
        exclude: [...unit, ...packages, ...runtimes, ...soak, ...dashboard, ...postgresAlone],
      }),
      project({
        name: 'server-postgres',
        include: database,
        exclude: anyDatabase,
        globalSetup: [buildSetup, postgresSetup],
      }),
      project({ name: 'system', include: [...soak, ...packages, ...dashboard] }),
      project({ name: 'runtimes', include: runtimes }),
    ],
  },
});
