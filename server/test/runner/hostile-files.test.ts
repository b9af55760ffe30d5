import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBuiltinOnlySettings } from '../../src/module-contract/model-settings.js';
import { createRunner } from '../../src/runner/fork-pool.js';
import type { Runner, RunnerResult } from '../../src/runner/runner.js';
import { pixelBomb } from '../convert/make/draw-png.js';
import { silentFlac } from '../convert/make/encode-audio.js';
import {
  cyclicPdf,
  deepPageTree,
  hugePage,
  imageBombs,
  longPage,
  makeSlide,
  manyComments,
  objectStreamBomb,
  openDocumentBomb,
} from '../convert/make/hostile-documents.js';
import { flateBomb, makeDocx, makeLockedPdf, makePdf, paragraph } from '../convert/make/make-documents.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';

const memoryBytes = 512 * 2 ** 20;
/** Never receives a request, because the recordings are refused first. */
const endpoint = { baseUrl: 'http://127.0.0.1:9/v1', timeoutSeconds: 5, windowCharacters: 1000, concurrency: 4 };
let runner: Runner;

beforeAll(() => {
  runner = createRunner({
    concurrency: 1,
    // long enough that files fail because of their content, not because of the deadline
    taskTimeoutMs: 300_000,
    memoryBytes,
    models: (module) => ({ ...createBuiltinOnlySettings(module), endpoint }),
  });
});

afterAll(() => runner.close());

async function run(module: string, content: Uint8Array): Promise<RunnerResult> {
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

describe('in a process with 512 MB, a hostile file fails only its own run, and the error says why:', () => {
  it.for<[string, string, () => Uint8Array, string | RegExp]>([
    ['a zip bomb', 'parser', () => makeDocx(paragraph(spaces(21))), 'The DOCX expands to more than 20 MiB'],
    [
      'a false size',
      'parser',
      () => makeDocx(paragraph(spaces(21)), { size: 10 }),
      'expands to more than its declared size',
    ],
    ['a billion laughs', 'parser', () => makeDocx(paragraph('&c;'), { before: laughs }), 'not allowed in a DOCX'],
    ['a zip bomb of slides', 'parser', () => makeSlide(spaces(21)), 'The PPTX expands to more than 20 MiB'],
    ['a zip bomb of OpenDocument', 'parser', () => openDocumentBomb(30), 'what looks like an OpenDocument file'],
    [
      'a million slides',
      'parser',
      () => makeSlide('<p:sld/>', 1_000_000),
      'Expected the PPTX to have at most 20000 slides, got more.',
    ],
    [
      'a row of many elements',
      'parser',
      () => makeDocx(`<w:tbl><w:tr>${'<w:tc><w:p/></w:tc>'.repeat(100_000)}</w:tr></w:tbl>`),
      'Expected every paragraph and row of the DOCX to have at most 200000 elements, got more.',
    ],
    [
      'many tags within many open elements',
      'parser',
      () => Buffer.from(`<!doctype html>${'<div>'.repeat(9990)}${'<b></b>'.repeat(1_000_000)}`),
      'its elements are nested too deeply',
    ],
    ['nested elements of a slide', 'parser', () => makeSlide('<p:sld>'.repeat(9000)), 'more than 500 levels deep'],
    [
      'many namespaces',
      'parser',
      () => makeDocx(`<w:p ${Array.from({ length: 1001 }, (_, i) => `xmlns:a${i}="x"`).join(' ')}/>`),
      'to declare at most 1000 namespaces, got more',
    ],
    ['nested elements', 'keyword-db', () => makeDocx('<w:p>'.repeat(200_000)), 'nested more than 500 levels deep'],
    ['a locked PDF', 'keyword-db', () => makeLockedPdf(), 'The PDF is password-protected'],
    ['a truncated PDF', 'summarize', () => makePdf([['text']]).subarray(0, 60), 'The PDF is damaged or cut off'],
    [
      // a few kilobytes that become 768 MB outside of JavaScript's own heap
      'a PDF that inflates twice',
      'parser',
      () => flateBomb(768),
      /^The module ran out of memory and was stopped\. The limit is 512 MiB\.$/,
    ],
    ['a deep page tree', 'parser', () => deepPageTree(20_000), 'The PDF is damaged or cut off'],
    ['a stream of many objects', 'parser', () => objectStreamBomb(64), 'The PDF is damaged or cut off'],
    [
      'images with a false size',
      'parser',
      () => imageBombs(),
      /its pages are scanned images\. OCR found nothing more\.$|^The module ran out of memory and was stopped/,
    ],
    [
      'many columns',
      'parser',
      () => Buffer.from(`<!doctype html><table>${'<tr><td colspan=999>a<td>b'.repeat(70_000)}`),
      'Expected the document to contain at most 67108864 bytes of text, got more.',
    ],
    [
      'a pixel bomb',
      'ocr',
      () => pixelBomb(20_000, 20_000),
      'Expected the image to have at most 25 megapixels, got 400.',
    ],
    ['two hours of silence', 'transcribe', () => silentFlac(7200), 'to last at most 600 seconds, got a longer one'],
    [
      'a truncated MP3',
      'transcribe',
      () => cutMp3,
      'Expected the recording to have 2376 bytes, as declared in its header, got 1500. It is cut off; send the complete file.',
    ],
    [
      'an MP3 truncated before its audio',
      'transcribe',
      () => Buffer.from('ID3\x04\0\0\0\0\x0f\x76TIT2'),
      'No audio could be read',
    ],
  ])('%s', { timeout: 600_000 }, async ([, module, make, message]) => {
    await expect(run(module, make())).rejects.toThrow(message);
    // the pool still works
    await expect(run('parser', Buffer.from('All is well.'))).resolves.toMatchObject({ facts: { num_lines: 1 } });
  });
});

describe('in a process with 512 MB, an unusual file can still be read:', () => {
  it.for<[string, () => Uint8Array, number]>([
    ['a PDF that refers to itself', cyclicPdf, 3],
    ['a page of 16 km', hugePage, 1],
    ['a page of 8000 rows', () => longPage(8000), 8000],
    ['a PDF of a million comments', () => manyComments(1_000_000), 10_001],
    [
      'a Word table of 30 000 rows',
      () => makeDocx(`<w:tbl>${`<w:tr><w:tc>${paragraph('a cell')}</w:tc></w:tr>`.repeat(30_000)}</w:tbl>`),
      30_000,
    ],
    ['a row of 5 million cells', () => Buffer.from(`<!doctype html><table><tr>${'<td>a'.repeat(5_000_000)}`), 1],
    ['lists within lists', () => Buffer.from(`<!doctype html>${'<ul><li>a'.repeat(4000)}`), 4000],
    ['a line of 20 MB', () => Buffer.from('and so on, '.repeat(2_000_000)), 1],
  ])('%s', { timeout: 600_000 }, async ([, make, lines]) => {
    const { facts } = await run('keyword-db', make());
    expect(facts).toEqual({ num_lines: lines });
  });
});
