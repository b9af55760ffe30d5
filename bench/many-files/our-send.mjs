/**
 * `our-send.mjs <url> <key> <call>`: processes a folder of files for each line of input, with `processMany()`, or with `process()` and 8
 * concurrent calls, and prints the duration in milliseconds.
 */
import { basename } from 'node:path';
import { Client } from 'millrace';
import { processFolders } from './process-folders.mjs';

const [apiUrl, apiKey, call] = process.argv.slice(2);
const client = new Client({ apiUrl, apiKey });
const notes = client.createPipeline('notes', ['keyword-db']);

await processFolders(async (files, localSaveDirectory) => {
  // use a different folder for each line of input, because the same files are sent several times
  const symbolicDirectoryPath = `/${basename(localSaveDirectory)}`;
  if (call === 'processMany') {
    const inputs = files.map(({ input }) => input);
    const { failed, results } = await notes.processMany(inputs, { symbolicDirectoryPath, localSaveDirectory }).all();
    if (failed > 0) throw results.find(({ status }) => status === 'failed').error;
    return;
  }
  const processRemaining = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      await notes.process(file.input, { fileName: file.name, symbolicDirectoryPath, localSaveDirectory });
    }
  };
  await Promise.all(Array.from({ length: 8 }, processRemaining));
});
await client.close();
