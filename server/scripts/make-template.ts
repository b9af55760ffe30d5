import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModuleCatalogue } from '../src/module-contract/module-catalogue.js';
import { writeAtomically } from 'millrace/shared/runtime/write-atomically.js';
import { openQueue } from '../src/queue/boss-queue.js';
import { toQueueName } from '../src/queue/queue.js';
import { createCluster } from '../src/store/embedded/create-cluster.js';
import { packTemplate } from '../src/store/embedded/data-template.js';
import { migrate } from '../src/store/db/migrate.js';
import { migrations } from '../src/store/db/migrations.js';
import { openPgliteDatabase } from '../src/store/embedded/pglite-database.js';

// The last build step: writes dist/data-template.bin, a packed copy of a new database, which makes first starts fast. The file
// is cached under a digest of everything that determines its contents.

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const cacheDirectory = here('../../node_modules/.cache/millrace-server');

const queues = createModuleCatalogue().all.map(({ name }) => toQueueName(name));
const sources = [
  'scripts/make-template.ts',
  'src/queue/boss-queue.ts',
  'src/queue/queue.ts',
  'src/queue/start-boss.ts',
  'src/store/embedded/create-cluster.ts',
  'src/store/embedded/data-template.ts',
  'src/store/embedded/start-pglite.ts',
];
const cached = join(cacheDirectory, `data-template-${await fingerprint()}.bin`);
const known = await readFile(cached).catch(() => undefined);
if (known === undefined) await make(cached);
await copyFile(cached, here('./data-template.bin'));

async function make(target: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-template-'));
  try {
    const directory = join(scratch, 'pg');
    await createCluster(directory);
    const { db } = await openPgliteDatabase(directory);
    await migrate(db);
    const queue = await openQueue(db);
    await queue.ensureQueues(queues);
    await queue.close();
    await db.query('vacuum (freeze, analyze)');
    await db.query('checkpoint');
    await db.close();
    await packTemplate(directory, join(scratch, 'template'));
    await rm(cacheDirectory, { recursive: true, force: true });
    await mkdir(cacheDirectory, { recursive: true });
    await writeAtomically(target, await readFile(join(scratch, 'template')));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns a digest of the sources and packages that determine the contents of a new database. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify({ queues, migrations }));
  for (const path of sources) hash.update(await readFile(here(`../${path}`)));
  for (const name of ['@electric-sql/pglite', 'pg-boss']) {
    hash.update(await readFile(join(fileURLToPath(import.meta.resolve(name)), '../../package.json')));
  }
  return hash.digest('hex').slice(0, 16);
}
