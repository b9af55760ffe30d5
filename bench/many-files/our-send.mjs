/** `our-send.mjs <url> <key>`: a line asks for a folder's files to be done, the answer is the milliseconds. */
import { basename } from 'node:path';
import { Client } from 'millrace';
import { answerFolders } from './answer-folders.mjs';

const [apiUrl, apiKey] = process.argv.slice(2);
const client = new Client({ apiUrl, apiKey });
const notes = client.createPipeline('notes', ['keyword-db']);

await answerFolders(async (files, localSaveDirectory) => {
  // the same files come again, each time to a folder of its own
  const symbolicDirectoryPath = `/${basename(localSaveDirectory)}`;
  const lane = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      await notes.process(file.input, { fileName: file.name, symbolicDirectoryPath, localSaveDirectory });
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
});
client.close();
