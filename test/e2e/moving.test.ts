import { createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportStore, importStore, startServer } from '@millrace/server';
import { afterEach, expect, test } from 'vitest';
import { Client } from 'millrace';
import { bytes } from '../support/local-server.js';

let directory: string;
afterEach(() => rm(directory, { recursive: true, force: true }));

test('an imported store can be searched, and executes the pending runs of the exported store', async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  const from = join(directory, 'from');
  const to = join(directory, 'to');
  const settings = { port: 0, graceSeconds: 1 };
  const oldServer = await startServer({
    ...settings,
    dataDir: from,
    modules: ['keyword-db', 'text-embedder', 'vector-db'],
  });
  const client = new Client({ apiUrl: oldServer.url, apiKey: oldServer.apiKey });
  const words = client.createPipeline('words', ['keyword-db']);
  const done = await words.process(bytes('The wheel turned.'), { fileName: 'a.txt', downloadOutput: false });
  const items = bytes(JSON.stringify([{ snippet: 'The miller sleeps.' }, { snippet: 'The wheel turned.' }]));
  const embedded = await client
    .createPipeline('meanings', ['text-embedder', 'vector-db'])
    .process(items, { fileName: 'a.json', downloadOutput: false });
  const waiting = await client
    .createPipeline('parsed', ['parser'])
    .process(bytes('One. Two.'), { fileName: 'b.txt', waitForProcess: false });
  await client.close();
  await oldServer.close();

  const file = join(directory, 'store.jsonl');
  const written = await exportStore({ dataDir: from }, createWriteStream(file));
  const read = await importStore({ dataDir: to }, createReadStream(file));
  expect(read).toEqual(written);
  await expect(importStore({ dataDir: to }, createReadStream(file))).rejects.toThrow(/empty database/);
  await cp(join(from, 'blobs'), join(to, 'blobs'), { recursive: true });

  const newServer = await startServer({ ...settings, dataDir: to });
  // the API keys are part of the export
  const newClient = new Client({ apiUrl: newServer.url, apiKey: oldServer.apiKey });
  try {
    const found = await newClient
      .createPipeline('words', ['keyword-db'])
      .keywordSearch('wheels', { fileIds: [done.fileId] });
    expect(found.items[0]?.hits).toEqual([{ keyword: 'wheel', lineNumber: 1, keywordNumber: 2 }]);
    const nearest = await newClient
      .createPipeline('meanings', ['text-embedder', 'vector-db'])
      .semanticSearch('The wheel turned.', { fileIds: [embedded.fileId], k: 1 });
    expect(nearest.items[0]?.hits).toEqual([{ snippet: 'The wheel turned.', lineNumbers: [2], distance: 0 }]);
    const parsed = await newClient
      .createPipeline('parsed', ['parser'])
      .attach(waiting.id)
      .wait({ localSaveDirectory: join(directory, 'out') });
    expect(parsed.output).toHaveLength(2);
  } finally {
    await newClient.close();
    await newServer.close();
  }
});
