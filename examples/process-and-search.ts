/**
 * The fifteen-line example of the README. It needs a running server (`npx millrace serve`).
 */
import { join } from 'node:path';
import { Client } from 'millrace';

const client = new Client(); // MILLRACE_API_URL and MILLRACE_API_KEY, or the local server's credentials.json
const library = client.createPipeline('mill-library', ['keyword-db']);

const done = await library.process(join(import.meta.dirname, 'files/the-mill.txt'), {
  expireTime: 3600, // seconds
  localSaveDirectory: join(import.meta.dirname, 'out'),
  verbose: true,
});
console.log(done.outputFiles);

const { items } = await library.keywordSearch('wheel', { fileIds: [done.fileId] });
for (const { keyword, lineNumber } of items[0]?.hits ?? []) console.log(`${keyword} on line ${lineNumber}`);

await library.delete(done.fileId);
await client.close();
