import { mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'millrace';
import { run } from '../server/src/modules/keyword-db/run.js';
import { memory, show, time } from './measure.js';
import type { Result } from './report.js';
import { startServerProcess, withDirectory } from './server-process.js';
import { makeText } from './text.js';

const files = 1000;

/** A thousand small files, 8 in flight, against the same module's function in a loop in one process. */
export function manyFiles(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const input = join(directory, 'in');
    await mkdir(input);
    for (let i = 0; i < files; i++) await writeFile(join(input, `note-${i}.txt`), makeText(1500, i, 2000));
    const byHand = await indexByHand(directory, input);
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const out = join(directory, 'out');
      const notes = client.createPipeline('notes', ['keyword-db']);
      await notes.process(join(input, 'note-0.txt'), { fileName: 'warm-up.txt', localSaveDirectory: out });
      const names = await readdir(input);
      const worker = async () => {
        for (let name = names.pop(); name !== undefined; name = names.pop()) {
          await notes.process(join(input, name), { fileName: name, localSaveDirectory: out });
        }
      };
      const ours = files / ((await time(() => Promise.all(Array.from({ length: 8 }, worker)))) / 1000);
      return [
        {
          what: '1 000 small files through keyword-db, 8 in flight',
          measured: `${show(ours)} files/s; peak ${show(memory().peak)} MB client, ${show(memory(server.pid).peak)} MB server`,
          against: `the module's function in a loop, one process: ${show(byHand)} files/s`,
          ratio: `${show(ours / byHand)}×`,
          goal: '≥ 0.5×',
          isMet: ours / byHand >= 0.5,
        },
      ];
    } finally {
      client.close();
      await server.stop();
    }
  });
}

/** Read, index, write: files a second. */
async function indexByHand(directory: string, input: string): Promise<number> {
  const out = join(directory, 'by-hand');
  await mkdir(out);
  const limits = {
    maxTextBytes: 2 ** 26,
    maxItems: 1_000_000,
    maxOutputBytes: 2 ** 30,
    maxExpandedBytes: 2 ** 26,
    maxPixels: 25_000_000,
    maxAudioSeconds: 3600,
  };
  const index = async (name: string) => {
    const scratch = await mkdtemp(join(directory, 'scratch-'));
    const { path } = await run(
      { path: join(input, name), format: 'text', textKey: 'snippet', fileName: name },
      { model: 'sqlite', params: {}, scratch, signal: new AbortController().signal, limits, progress: () => undefined },
    );
    await rename(path, join(out, `${name}.db`));
  };
  await index('note-0.txt');
  const names = await readdir(input);
  const elapsed = await time(async () => {
    for (const name of names) await index(name);
  });
  return names.length / (elapsed / 1000);
}
