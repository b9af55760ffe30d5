import { writeFile } from 'node:fs/promises';
import { Client } from 'millrace';
import { startServer } from '@millrace/server';

const server = await startServer({ dataDir: './data', port: 0 });
try {
  const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
  const words = client.createPipeline('words', ['parser', 'json-to-txt', 'keyword-db']);
  await writeFile(
    'mill.txt',
    'The mill stood still all winter. In spring the race was opened, and the wheel turned again.\n',
  );
  const done = await words.process('mill.txt', { localSaveDirectory: './out' });
  const { items } = await words.keywordSearch('wheel', { fileIds: [done.fileId] });
  if (items[0]?.hits.length !== 1) throw new Error(`Expected one hit, got ${JSON.stringify(items)}`);
  const vectors = client.createPipeline('vectors', ['parser', 'text-embedder', 'vector-db']);
  const embedded = await vectors.process('mill.txt', { localSaveDirectory: './out' });
  const near = await vectors.semanticSearch('the wheel', { fileIds: [embedded.fileId], k: 1 });
  if (!near.items[0]?.hits[0]?.snippet.includes('wheel'))
    throw new Error(`Expected a hit, got ${JSON.stringify(near)}`);
  const real = { modules: { 'text-embedder': { model: 'all-MiniLM-L6-v2' } }, fileName: 'real.txt' };
  const refusal = await vectors.process('mill.txt', real).then(String, (error) => error.message);
  if (!refusal.includes('millrace models pull')) throw new Error(`Expected what to do, got ${refusal}`);
  console.log(`Processed and searched on ${server.backend}: ${done.outputFiles.join()}`);
  client.close();
} finally {
  await server.close();
}
