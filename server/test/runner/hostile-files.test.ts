import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtinOnly } from '../../src/module-contract/model-settings.js';
import { createRunner } from '../../src/runner/fork-pool.js';
import type { Runner } from '../../src/runner/runner.js';
import { pixelBomb } from '../convert/draw-png.js';
import { silentFlac } from '../convert/encode-audio.js';
import { flateBomb, makeDocx, makeLockedPdf, makePdf, paragraph } from '../convert/make-documents.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';

const memoryBytes = 512 * 2 ** 20;
/** Nothing is asked of it: the recording is refused before. */
const endpoint = { baseUrl: 'http://127.0.0.1:9/v1', timeoutSeconds: 5, windowCharacters: 1000 };
let runner: Runner;

beforeAll(() => {
  runner = createRunner({
    concurrency: 1,
    // far away: the files are stopped by what they are, not by time
    deadlineMs: 300_000,
    memoryBytes,
    models: (module) => ({ ...builtinOnly(module), endpoint }),
  });
});

afterAll(() => runner.close());

async function run(module: string, content: Uint8Array): Promise<unknown> {
  const path = join(await temporaryDirectory(), 'input');
  await writeFile(path, content);
  const scratch = await temporaryDirectory();
  const { input, defaultModel } = findModule(module) ?? { input: 'text' as DataFormat, defaultModel: '' };
  const file = { path, format: input, textKey: 'snippet', fileName: 'a file', isUpload: true };
  const limits = { ...wideLimits, maxExpandedBytes: 20 * 2 ** 20, maxAudioSeconds: 600 };
  const task = { module, model: defaultModel, params: {}, input: file, scratch, limits };
  return runner.run(task, { signal: new AbortController().signal });
}

const cutMp3 = (await readFile(new URL('../convert/files/tone.mp3', import.meta.url))).subarray(0, 1500);
const spaces = (megabytes: number): string => ' '.repeat(megabytes * 2 ** 20);
const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}"><!ENTITY c "${'&b;'.repeat(10)}">]>`;

describe('in a process with 512 MB, a file ends its own run with the reason:', () => {
  it.for<[string, string, () => Uint8Array, string | RegExp]>([
    ['a zip bomb', 'parser', () => makeDocx(paragraph(spaces(21))), 'The DOCX expands to more than 20 MB'],
    [
      'a lying size',
      'parser',
      () => makeDocx(paragraph(spaces(21)), { size: 10 }),
      'expands to more than its declared size',
    ],
    ['laughs by the billion', 'parser', () => makeDocx(paragraph('&c;'), { before: laughs }), 'not allowed in a DOCX'],
    ['nested elements', 'keyword-db', () => makeDocx('<w:p>'.repeat(200_000)), 'nested more than 500 levels deep'],
    ['a locked PDF', 'keyword-db', () => makeLockedPdf(), 'The PDF is password-protected'],
    ['a cut PDF', 'summarize', () => makePdf([['text']]).subarray(0, 60), 'The PDF is damaged or cut off'],
    [
      // a few kilobytes that become 768 MB outside of JavaScript's own heap
      'a PDF that inflates twice',
      'parser',
      () => flateBomb(768),
      /^module ran out of memory and was stopped; the limit is 512 MB$/,
    ],
    [
      'a pixel bomb',
      'ocr',
      () => pixelBomb(20_000, 20_000),
      'Expected the image to have at most 25 megapixels, got 400.',
    ],
    ['two hours of silence', 'transcribe', () => silentFlac(7200), 'to last at most 600 seconds, got a longer one'],
    [
      'a cut mp3',
      'transcribe',
      () => cutMp3,
      'Expected the recording to have 2376 bytes, as declared in its header, got 1500. It is cut off; send the complete file.',
    ],
    [
      'an mp3 cut before its sound',
      'transcribe',
      () => Buffer.from('ID3\x04\0\0\0\0\x0f\x76TIT2'),
      'No audio could be read',
    ],
  ])('%s', { timeout: 180_000 }, async ([, module, make, message]) => {
    await expect(run(module, make())).rejects.toThrow(message);
    // the pool is as good as before
    await expect(run('parser', Buffer.from('All is well.'))).resolves.toMatchObject({ facts: { num_lines: 1 } });
  });
});
