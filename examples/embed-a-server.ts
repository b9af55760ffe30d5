/** Runs a server inside your program, for tests, notebooks and desktop tools. It needs no installation and ends when you close it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@millrace/server';
import { Client } from 'millrace';

const dataDir = await mkdtemp(join(tmpdir(), 'millrace-'));
const server = await startServer({ dataDir, port: 0 });
const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });

const chunks = client.createPipeline('chunks', ['parser']);
const done = await chunks.process(new TextEncoder().encode('One two three four five six seven eight nine ten.'), {
  fileName: 'count.txt',
  modules: { parser: { model: 'fixed', params: { chunk_size: 4, overlap_size: 1 } } },
  localSaveDirectory: dataDir,
});
console.log(done.output?.map((item) => item.snippet));

await client.close();
await server.close();
await rm(dataDir, { recursive: true, force: true });
