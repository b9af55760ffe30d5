/**
 * Starts an embedded server, sends real files through pipelines, shows the outputs and searches them.
 *
 *   npm run quickstart
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startServer } from '@millrace/server';
import { Client } from 'millrace';

const file = (name: string) => join(import.meta.dirname, 'files', name);
const out = join(import.meta.dirname, 'out');
const show = (path = '') => relative(process.cwd(), path);

const dataDir = await mkdtemp(join(tmpdir(), 'millrace-quickstart-'));
const server = await startServer({ dataDir, port: 0 });
const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
console.log(`An embedded server is listening on ${server.url}\n`);

try {
  const sentences = client.createPipeline('sentences', ['parser']);
  const parsed = await sentences.process(file('the-mill.txt'), { localSaveDirectory: out });
  console.log(`the-mill.txt  -> parser: ${parsed.output?.length} sentences in ${show(parsed.outputFiles[0])}`);
  console.log(`                 the third: ${JSON.stringify(parsed.output?.[2]?.snippet)}\n`);

  const notes = client.createPipeline('notes', ['json-to-txt', 'parser']);
  const joined = await notes.process(file('visitor-notes.json'), { localSaveDirectory: out });
  console.log(
    `visitor-notes.json -> json-to-txt -> parser: ${joined.output?.length} sentences in ${show(joined.outputFiles[0])}\n`,
  );

  const library = client.createPipeline('library', ['keyword-db']);
  for (const name of ['the-mill.txt', 'el-molino.txt', 'registro-latin1.txt']) {
    const indexed = await library.process(file(name), {
      fileName: name,
      symbolicDirectoryPath: '/mill',
      localSaveDirectory: out,
    });
    console.log(`${name.padEnd(19)} -> keyword-db: an SQLite file in ${show(indexed.outputFiles[0])}`);
  }

  // a query also finds inflections of its words, and accented words without their accents
  for (const query of ['country flour', 'senor rueda']) {
    const found = await library.keywordSearch(query, { symbolicDirectoryPaths: ['/mill'] });
    console.log(`\nSearching for "${query}":`);
    for (const { file: hit, hits } of found.items) {
      const places = hits.map(({ keyword, lineNumber }) => `${keyword} (line ${lineNumber})`);
      console.log(`  ${hit.symbolicFilePath}: ${places.join(', ')}`);
    }
  }

  // a new server uses `builtin-hash-384`, which finds shared words, not meaning; docs/modules.md explains how to add a real model
  const meanings = client.createPipeline('meanings', ['parser', 'text-embedder', 'vector-db']);
  const embedded = await meanings.process(file('the-mill.txt'), { localSaveDirectory: out });
  console.log(
    `\nthe-mill.txt -> parser -> text-embedder -> vector-db: a FAISS index in ${show(embedded.outputFiles[0])}`,
  );
  const question = 'What does the miller do with the flour?';
  const near = await meanings.semanticSearch(question, { fileIds: [embedded.fileId], k: 2 });
  console.log(`Searching by meaning, with the builtin model (words only), for "${question}":`);
  for (const { snippet, distance, lineNumbers } of near.items[0]?.hits ?? []) {
    console.log(`  ${distance} on line ${lineNumbers.join(', ')}: ${snippet.replace(/\s+/g, ' ')}`);
  }

  console.log(`\n${String(await library.showTree())}`);
  console.log(`\nThe outputs are in ${show(out)}/. Next: npx millrace serve`);
} finally {
  await client.close();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
}
