import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'millrace';
import { withFaiss } from './faiss.js';
import { median, readMemory, resetPeak, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { makeText } from '../support/text.js';

const snippetCount = 100_000;
const k = 5;
const rounds = 40;
const modules = { 'text-embedder': { model: 'builtin-hash-384' } } as const;

/** Measures 100 000 snippets through text-embedder and vector-db, then semantic searches, compared with FAISS on the same index. */
export function semanticSearch(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const words = makeText(snippetCount * 70, 7).split(/\s+/);
      const lines = Array.from({ length: snippetCount }, (_, i) => words.slice(i * 10, i * 10 + 10).join(' '));
      const file = join(directory, 'snippets.json');
      await writeFile(file, JSON.stringify(lines.map((line, i) => ({ snippet: `${line} ${i}` }))));
      const pipeline = client.createPipeline('snippets', ['text-embedder', 'vector-db']);
      let index = '';
      let fileId = '';
      const embedding = await time(async () => {
        const done = await pipeline.process(file, { modules, localSaveDirectory: directory });
        index = done.outputFiles[0] ?? '';
        fileId = done.fileId;
      });
      return [
        {
          what: `${snippetCount} snippets through text-embedder (builtin-hash-384) and vector-db, from \`process()\` to the file on disk`,
          measured: `${show(embedding / 1000)} s, ${show((snippetCount / embedding) * 1000)} snippets/s`,
        },
        await withFaiss(index, k, async (faiss) => {
          const ourTimes: number[] = [];
          const faissTimes: number[] = [];
          const before = readMemory(server.pid).now;
          resetPeak(server.pid);
          for (let i = 0; i < rounds; i++) {
            const query = words.slice(i * 50, i * 50 + 6).join(' ');
            ourTimes.push(await time(() => pipeline.semanticSearch(query, { fileIds: [fileId], k })));
            if (faiss) faissTimes.push(await faiss.search());
          }
          const growth = readMemory(server.pid).peak - before;
          const [ourMs, faissMs] = [median(ourTimes.slice(5)), median(faissTimes.slice(5))];
          return {
            what: `semantic search of ${snippetCount} × 384 through the client, with a new query each time, p50`,
            measured: `${show(ourMs)} ms; memory of the server grew by ${show(growth)} MB`,
            against: faiss
              ? `IndexFlatIP of FAISS on the same index, the search alone: ${show(faissMs)} ms; memory ${show(readMemory(faiss.pid).peak)} MB`
              : 'FAISS: not run, install it with `apt install python3-faiss`',
            ...(faiss && { ratio: `${show(ourMs / faissMs)}×` }),
            goal: '≤ 2×',
            ...(faiss && { isMet: ourMs <= faissMs * 2 }),
          };
        }),
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}
