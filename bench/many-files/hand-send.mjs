/** `hand-send.mjs <port> <key>`: processes a folder of files for each line of input, 8 at a time, and prints the duration in ms. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processFolders } from './process-folders.mjs';

const [port, key] = process.argv.slice(2);
const url = `http://127.0.0.1:${port}/files`;
const authorization = `Bearer ${key}`;

await processFolders(async (files, folder) => {
  const processRemaining = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      const headers = { authorization, 'content-type': 'application/octet-stream' };
      const upload = { method: 'POST', headers, body: await readFile(file.input) };
      const { id } = await (await fetch(`${url}?name=${encodeURIComponent(file.name)}`, upload)).json();
      const output = await fetch(`${url}/${id}/output`, { headers: { authorization } });
      if (!output.ok) throw new Error(`Expected the output of ${file.name}, got status ${output.status}.`);
      await writeFile(join(folder, `${file.name}.db`), Buffer.from(await output.arrayBuffer()));
    }
  };
  await Promise.all(Array.from({ length: 8 }, processRemaining));
});
