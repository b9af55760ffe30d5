import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client, type ModuleName } from 'millrace';
import { pixelBomb } from '../../server/test/convert/make/draw-png.js';
import { silentFlac } from '../../server/test/convert/make/encode-audio.js';
import {
  flateBomb,
  makeDocx,
  makeLockedPdf,
  makePdf,
  paragraph,
} from '../../server/test/convert/make/make-documents.js';
import { bytes, startLocalServer, type LocalServer } from '../support/local-server.js';

const defineBadModule = (name: string, run: string): string =>
  `defineModule({ name: '${name}', input: 'text', output: 'text', async run() { ${run} } }),`;

/** Modules that each break their process in another way. */
const modules = `import { defineModule } from '@millrace/server';
export default { modules: [
  ${defineBadModule('looper', 'for (;;);')}
  ${defineBadModule('hoarder', 'const a = []; for (;;) a.push(new Array(100_000).fill(a.length + 0.5));')}
  ${defineBadModule('buffer-hoarder', 'const a = []; for (;;) a.push(Buffer.alloc(2 ** 20, 1));')}
  ${defineBadModule('quitter', 'process.exit(3);')}
  ${defineBadModule('breaker', "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});")}
] };`;

let directory: string;
let config: string;
let server: LocalServer;
let client: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-hostile-'));
  config = join(directory, 'millrace.config.ts');
  await writeFile(config, modules);
  server = await startLocalServer({
    config,
    // long enough that the time limit stops no module
    moduleSeconds: 300,
    moduleMemory: 512 * 2 ** 20,
    maxExpandedBytes: 2 ** 20,
    maxAudioSeconds: 600,
    // never called, because the recordings are rejected first
    endpoints: { transcribe: { baseUrl: 'http://127.0.0.1:9/v1' } },
    // the server warns about every failure here
    logLevel: 'off',
  });
  client = server.connect();
});

afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

/** Polls `/health` until `stop` is called, which returns the number of responses. */
function pollHealth(url: string): { stop(): Promise<number> } {
  const end = new AbortController();
  let responses = 0;
  const watch = (async () => {
    while (!end.signal.aborted) {
      const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(20_000) });
      expect(response.status).toBe(200);
      responses++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async stop() {
      end.abort();
      await watch;
      return responses;
    },
  };
}

async function expectFailure(
  local: LocalServer,
  module: string,
  content: Uint8Array,
  fileName: string,
  message: RegExp,
): Promise<void> {
  const health = pollHealth(local.url);
  const pipeline = local.connect().createPipeline('hostile', [module as ModuleName]);
  const result = pipeline.process(content, { fileName, localSaveDirectory: local.out });
  const outcome = await result.catch((error: unknown) => error);
  expect(await health.stop()).toBeGreaterThan(0);
  expect(outcome).toMatchObject({ message: expect.stringMatching(message) as unknown });
}

const tone = new URL('../../server/test/convert/files/tone.mp3', import.meta.url);
const cutMp3 = (await readFile(tone)).subarray(0, 1500);

describe('a run of a hostile file or module fails with the reason while the server keeps responding', () => {
  const text = bytes('A text.');
  const spaces = paragraph(' '.repeat(2 ** 21));
  const entities = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}"><!ENTITY c "${'&b;'.repeat(10)}">]>`;
  const billionLaughs = makeDocx(paragraph('&c;'), { before: entities });

  test.each<[string, string, string, Uint8Array, RegExp]>([
    ['a zip bomb', 'parser', 'a.docx', makeDocx(spaces), /The DOCX expands to more than 1 MiB/],
    [
      'a false declared size',
      'parser',
      'a.docx',
      makeDocx(spaces, { size: 10 }),
      /expands to more than its declared size/,
    ],
    ['a billion-laughs attack', 'parser', 'a.docx', billionLaughs, /not allowed in a DOCX/],
    ['nested elements', 'summarize', 'a.docx', makeDocx('<w:p>'.repeat(100_000)), /nested more than 500 levels deep/],
    ['a locked PDF', 'keyword-db', 'a.pdf', makeLockedPdf(), /The PDF is password-protected/],
    ['a cut PDF', 'parser', 'a.pdf', makePdf([['text']]).subarray(0, 60), /The PDF is damaged or cut off/],
    ['a PDF that inflates twice', 'parser', 'a.pdf', flateBomb(768), /module ran out of memory and was stopped/],
    ['two hours of silence', 'transcribe', 'a.flac', silentFlac(7200), /to last at most 600 seconds/],
    ['a cut mp3', 'transcribe', 'a.mp3', cutMp3, /Expected the recording to have \d+ bytes, .* It is cut off/],
    [
      'a pixel bomb',
      'ocr',
      'a.png',
      pixelBomb(20_000, 20_000),
      /Expected the image to have at most 25 megapixels, got 400/,
    ],
    ['a module that leaks', 'hoarder', 'a.txt', text, /module ran out of memory and was stopped/],
    ['a module that leaks buffers', 'buffer-hoarder', 'a.txt', text, /module ran out of memory and was stopped/],
    ['a module that exits', 'quitter', 'a.txt', text, /exited with code 3/],
    ['a module that breaks its process', 'breaker', 'a.txt', text, /crashed \(SIGSEGV\)/],
  ])('%s', async (_, module, fileName, content, message) => {
    await expectFailure(server, module, content, fileName, message);
  });

  test('a module that loops', async () => {
    const strictServer = await startLocalServer({ config, moduleSeconds: 2, logLevel: 'off' });
    onTestFinished(() => strictServer.close());
    await expectFailure(strictServer, 'looper', text, 'a.txt', /module took longer than 2 s and was stopped/);
  });

  test('a valid file still completes', async () => {
    const done = await client
      .createPipeline('good', ['parser'])
      .process(text, { fileName: 'good.txt', localSaveDirectory: server.out });
    expect(done.output).toHaveLength(1);
  });
});
