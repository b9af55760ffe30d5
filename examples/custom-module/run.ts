/**
 * Uses a custom module between two built-in ones: splits a letter into sentences, removes addresses and numbers, and joins
 * the sentences into a text again.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Snippet, type Spec } from 'millrace';
import { startServer } from '@millrace/server';

declare module 'millrace' {
  interface ModuleRegistry {
    redact: Spec<'json', 'json', 'base', Snippet[], { mask?: string; numbers?: boolean }>;
  }
}

const directory = await mkdtemp(join(tmpdir(), 'custom-module-'));
const server = await startServer({
  dataDir: directory,
  port: 0,
  config: join(import.meta.dirname, 'millrace.config.ts'),
});
const client = new Client({ apiUrl: server.url, apiKey: server.apiKey });

// the compiler checks which modules can come before and after it
const letters = client.createPipeline('letters', ['parser', 'redact', 'json-to-txt']);
const letter = 'Dear miller, write to clara@example.org. Or call 0171 555 0100 any day. Yours, C.';
const done = await letters.process(new TextEncoder().encode(letter), {
  fileName: 'letter.txt',
  localSaveDirectory: directory,
  modules: { redact: { params: { mask: '***' } } },
});
console.log(await readFile(done.outputFiles[0] as string, 'utf8'));

await client.close();
await server.close();
await rm(directory, { recursive: true, force: true });
