import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { Client } from 'millrace';
import { median, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { startServerProcess, withDirectory } from '../support/server-process.js';
import { makeText } from '../support/text.js';

const rounds = 5;

/** Measures keyword-db on a novel-length text, compared with writing the same rows and indexes with libsql, and keyword searches. */
export function keywordDatabase(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const server = await startServerProcess(join(directory, 'data'));
    const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });
    try {
      const novels = client.createPipeline('novels', ['keyword-db']);
      const processTimes: number[] = [];
      const copyTimes: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const file = join(directory, `novel-${i}.txt`);
        await writeFile(file, makeText(1_200_000, 100 + i));
        let output = '';
        processTimes.push(
          await time(async () => {
            const done = await novels.process(file, { fileName: `novel-${i}.txt`, localSaveDirectory: directory });
            output = done.outputFiles[0] ?? '';
          }),
        );
        copyTimes.push(await copyRows(output, join(directory, `copy-${i}.db`)));
      }
      const page = await novels.list({ symbolicDirectoryPaths: ['/*'], maxFiles: 4 });
      const novelSearchMs = await measureMedianSearch(() =>
        novels.keywordSearch('streath millrace', { fileIds: page.items.map((f) => f.fileId) }),
      );

      const notes = client.createPipeline('notes', ['keyword-db']);
      await uploadNotes(notes);
      const noteSearchMs = await measureMedianSearch(() =>
        notes.keywordSearch('streath millrace', { symbolicDirectoryPaths: ['/*'], maxFiles: 1000 }),
      );
      const ratio = median(processTimes) / median(copyTimes);
      return [
        {
          what: 'keyword-db of a 1.2 MB text, from `process()` to the file on disk',
          measured: `${show(median(processTimes))} ms`,
          against: `libsql writing the same rows and indexes: ${show(median(copyTimes))} ms`,
          ratio: `${show(ratio)}×`,
          goal: '≤ 2×',
          isMet: ratio <= 2,
        },
        {
          what: 'keyword search over four such texts, p50',
          measured: `${show(novelSearchMs)} ms`,
          goal: '< 10 ms',
          isMet: novelSearchMs < 10,
        },
        {
          what: 'keyword search over 1 000 small files, p50',
          measured: `${show(noteSearchMs)} ms`,
          goal: '< 50 ms',
          isMet: noteSearchMs < 50,
        },
      ];
    } finally {
      await client.close();
      await server.stop();
    }
  });
}

/** Writes the rows of a keyword database to a new one in the same way as the module. @returns The duration in milliseconds. */
async function copyRows(from: string, to: string): Promise<number> {
  const source = new Database(from);
  const rows = source.prepare('select * from keyword_search order by rowid').raw().all();
  source.close();
  return time(() => {
    const db = new Database(to);
    db.exec('pragma page_size = 1024; pragma journal_mode = off; pragma synchronous = off');
    db.exec(
      'create table keyword_search (original_keyword text, stemmed_keyword text, line_number integer, keyword_number integer)',
    );
    const insert = db.prepare('insert into keyword_search values (?, ?, ?, ?)');
    db.exec('begin');
    for (const row of rows) insert.run(...(row as unknown[]));
    db.exec('create index idx_original_keyword on keyword_search (original_keyword)');
    db.exec('create index idx_stemmed_keyword on keyword_search (stemmed_keyword)');
    db.exec('commit');
    db.close();
  });
}

async function measureMedianSearch(search: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < 40; i++) samples.push(await time(search));
  return median(samples.slice(5));
}

async function uploadNotes(notes: { process(file: Uint8Array, options: object): Promise<unknown> }): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < 1000) {
      const i = next++;
      const text = `${makeText(1000, 1000 + i, 2000)} ${i % 3 === 0 ? 'millrace' : ''}`;
      await notes.process(new TextEncoder().encode(text), { fileName: `note-${i}.txt`, downloadOutput: false });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
