/** Keeps a pipeline in sync with a folder: files that are added, changed, moved or deleted there change on the server as well. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'millrace';

const client = new Client();
const notes = client.createPipeline('kept-notes', ['keyword-db']);
const folder = await mkdtemp(join(tmpdir(), 'millrace-notes-'));
const write = (name: string, text: string) => writeFile(join(folder, name), text);

await write('mill.txt', 'The mill wheel turned all night.');
await write('orchard.txt', 'The orchard bore well this year.');
await client.sync(folder, { pipeline: notes });

await write('mill.txt', 'The mill wheel stood still.');
await rename(join(folder, 'orchard.txt'), join(folder, 'garden.txt'));
const preview = await client.sync(folder, { pipeline: notes, dryRun: true });
for (const { action, symbolicFilePath } of preview.changes) console.log(`would ${action} ${symbolicFilePath}`);

const { replaced, moved, deleted } = await client.sync(folder, { pipeline: notes });
console.log(`replaced ${replaced}, moved ${moved}, deleted ${deleted}`);

const { items } = await notes.keywordSearch('orchards', { symbolicDirectoryPaths: ['/*'] });
console.log(items.map(({ file }) => file.symbolicFilePath));

await notes.reset();
await rm(folder, { recursive: true });
await client.close();
