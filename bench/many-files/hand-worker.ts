/** `hand-worker.mjs <port of Redis> <concurrency> <index>`: runs the jobs of hand-service.mjs until SIGTERM. */
import { rm } from 'node:fs/promises';
import { Worker, type Job } from 'bullmq';
import Database from 'libsql';
import { readPostings } from '../../server/src/formats/postings-file.js';
import { indexFile, type FileJob } from './index-file.js';

const [port, concurrency, path = ''] = process.argv.slice(2);
// the usual SQLite setup for a service: a write-ahead log that is not synced on every commit
const index = new Database(path, { timeout: 10_000 });
index.exec('pragma journal_mode = wal; pragma synchronous = normal');
index.exec(
  `create table if not exists posting (file text, fold text, stem text, occurrences text, primary key (file, fold, stem))
   without rowid`,
);
const insert = index.prepare(
  'insert or replace into posting select ?, value ->> 0, value ->> 1, value ->> 2 from json_each(?)',
);

const worker = new Worker(
  'hand',
  async ({ data }: Job<FileJob & { id: string }>) => {
    await indexFile(data, async (postingsPath) => {
      const rows: string[][] = [];
      for await (const { fold, stem, occurrences } of readPostings(postingsPath)) rows.push([fold, stem, occurrences]);
      insert.run(data.id, JSON.stringify(rows));
    });
    await rm(data.input);
  },
  {
    connection: { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null },
    concurrency: Number(concurrency),
  },
);
worker.on('error', (error) => console.error(error));
worker.on('failed', (_job, error) => console.error(error));
await worker.waitUntilReady();
console.log('"ready"');
process.once('SIGTERM', () => void worker.close().then(() => process.exit()));
