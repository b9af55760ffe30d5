import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'millrace';
import { makeTinyModels } from '../../server/test/support/tiny-models/make-models.js';
import { readMemory, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { makeText } from '../support/text.js';

const snippetCount = 20_000;
const wordsPerSnippet = 15;

/**
 * Measures the embedding of texts, from `process()` to the file on disk, with the built-in model and with a tiny model that runs in
 * Transformers.js. The tiny model shows the overhead of the library without the work of a real model, such as all-MiniLM-L6-v2
 * (6 ms for 30 tokens on two cores).
 */
export function embedding(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const modelDir = join(directory, 'models');
    makeTinyModels(modelDir);
    const server = await startServerProcess(join(directory, 'data'), ['--model-dir', modelDir]);
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const allWords = makeText(snippetCount * wordsPerSnippet * 7, 11).split(/\s+/);
      const items = Array.from({ length: snippetCount }, (_, i) => ({
        snippet: allWords.slice(i * wordsPerSnippet, (i + 1) * wordsPerSnippet).join(' '),
      }));
      const file = join(directory, 'snippets.json');
      const content = JSON.stringify(items);
      await writeFile(file, content);
      const pipeline = client.createPipeline('embedding', ['text-embedder']);
      const results: Result[] = [];
      for (const model of ['builtin-hash-384', 'all-MiniLM-L6-v2'] as const) {
        const modules = { 'text-embedder': { model } };
        const ms = await time(() =>
          pipeline.process(file, { modules, fileName: `${model}.json`, localSaveDirectory: directory }),
        );
        const name = model === 'builtin-hash-384' ? model : 'a tiny model instead of all-MiniLM-L6-v2';
        const speed = `${show((snippetCount / ms) * 1000)} snippets/s, ${show(content.length / ms / 1000)} MB/s`;
        results.push({
          what: `text-embedder: ${snippetCount} snippets of ${wordsPerSnippet} words, ${name}`,
          measured: `${speed}; memory of the module process ${show(findLargestChildPeak(server.pid))} MB`,
        });
      }
      return results;
    } finally {
      await client.close();
      await server.stop();
    }
  });
}

/** Returns the peak memory of a server's largest module process, in MB. */
function findLargestChildPeak(parent: number): number {
  const peaks = readdirSync('/proc').flatMap((name) => {
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return commandLine.includes(`runner-child.js\0${parent}\0`) ? [readMemory(Number(name)).peak] : [];
    } catch {
      // not a process, or a process that has ended
      return [];
    }
  });
  return Math.max(...peaks);
}
