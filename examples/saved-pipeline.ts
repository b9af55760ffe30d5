/** Saves a pipeline, which is a name and a chain, in a small YAML file. The Python client can read it too. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'millrace';

const client = new Client();
const directory = await mkdtemp(join(tmpdir(), 'millrace-'));
const path = join(directory, 'notes.yaml');

await client.createPipeline('support-notes', ['json-to-txt', 'keyword-db']).save(path);
console.log(await readFile(path, 'utf8'));

const loaded = await client.loadPipeline(path);
console.log(loaded.name, loaded.moduleChain);

await client.close();
await rm(directory, { recursive: true, force: true });
