import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import type { ModuleWarnings } from '../../src/runner/task-warnings.js';
import { startFixtureRunner } from './fixture-runner.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';
import { drawPdf, stream, text } from '../convert/make/draw-pdf.js';

const scanned = [3, 8, 9, 10, 17, 24, 31, 38, 45, 50];
const pageCount = 50;

/** Returns a different word for each page, so that no line repeats. */
const wordOf = (page: number): string => `wheel${'abcdefghij'.charAt(page % 10)}${'klmno'.charAt(page / 10)}`;

const entries = '/MediaBox [0 0 1400 1400]';
const scannedPage = { content: 'q 1400 0 0 1400 0 0 cm /Im Do Q\n', entries };

/**
 * Writes a program `tesseract` that reads `Blatt 1.`, `Blatt 2.`, … from any image, and logs its arguments.
 *
 * @param failingCall The number of the call that fails with exit status 1, if any.
 */
async function writeTesseract(directory: string, failingCall = 0): Promise<{ log: string }> {
  const log = join(directory, 'calls');
  const program = `#!/bin/sh
if [ "$1" = --list-langs ]; then printf 'List of available languages (2):\\ndeu\\neng\\n'; exit; fi
echo "$*" >> '${log}'
if [ $(wc -l < '${log}') = ${failingCall} ]; then exit 1; fi
printf 'Blatt\\n' > "$2.txt"
row='5\\t1\\t1\\t1\\t1'
printf "$row\\t1\\t100\\t100\\t200\\t40\\t97\\tBlatt\\n$row\\t2\\t320\\t100\\t40\\t40\\t97\\t$(wc -l < '${log}').\\n" > "$2.tsv"
`;
  const path = join(directory, 'tesseract');
  await writeFile(path, program);
  await chmod(path, 0o755);
  return { log };
}

interface ParseOptions {
  readonly memoryBytes?: number;
  readonly failingCall?: number;
}

/** Runs the parser on a PDF, with a program `tesseract` that {@link writeTesseract} wrote. */
async function parse(pages: Parameters<typeof drawPdf>[0], { failingCall, ...limits }: ParseOptions = {}) {
  const directory = await temporaryDirectory();
  const bin = join(directory, 'bin');
  await mkdir(bin);
  const { log } = await writeTesseract(bin, failingCall);
  const env = { PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
  const { runner, task } = await startFixtureRunner({ ...limits, env });
  const grey = '/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8';
  const path = join(directory, 'mixed.pdf');
  await writeFile(path, drawPdf(pages, { objects: { 20: stream(Uint8Array.of(255, 200, 200, 255), grey) } }));
  const { scratch } = await task('parser');
  let warnings: ModuleWarnings | undefined;
  const progress: string[] = [];
  const input = { path, format: 'text', textKey: '', fileName: 'mixed.pdf', isUpload: true } as const;
  const params = { ocr_languages: 'deu+eng' };
  const { path: output } = await runner.run(
    { module: 'parser', model: 'sentence', params, input, scratch, limits: wideLimits },
    {
      signal: new AbortController().signal,
      onWarnings: (given) => (warnings = given),
      onProgress: ({ current, total }) => progress.push(`${current}/${total}`),
    },
  );
  const items = JSON.parse(await readFile(output, 'utf8')) as Record<string, unknown>[];
  const calls = (await readFile(log, 'utf8')).trim().split('\n');
  return { items, warnings: warnings?.items, progress, calls };
}

it('tesseract reads only the ten scanned pages of a PDF of fifty pages, one at a time', async () => {
  // the process takes 160 MB with one page, and would take 290 MB with the bitmaps of all ten
  const memoryBytes = 240 * 2 ** 20;
  const pages = Array.from({ length: pageCount }, (_, i) =>
    scanned.includes(i + 1) ? scannedPage : text(72, 700, `The ${wordOf(i)} turns by the river.`),
  );
  const { items, warnings, progress, calls } = await parse(pages, { memoryBytes });
  const read = items.filter((item) => 'source' in item || 'confidence' in item);
  expect(read.map(({ snippet, source, confidence }) => [snippet, source, confidence])).toEqual(
    scanned.map((_, i) => [`Blatt ${i + 1}.`, 'ocr', 0.97]),
  );
  expect(items).toHaveLength(pageCount);
  expect(items.map(({ snippet }) => String(snippet).startsWith('Blatt'))).toEqual(
    pages.map((_, i) => scanned.includes(i + 1)),
  );
  expect(warnings).toEqual([
    {
      code: 'read-by-ocr',
      message: 'The text on pages 3, 8–10, 17, 24, 31, 38, 45 and 50 was read by OCR, with a mean confidence of 97%.',
    },
  ]);
  expect(calls).toHaveLength(scanned.length);
  for (const call of calls) expect(call).toContain(' -l deu+eng --psm 3 ');
  expect(progress[0]).toBe('0/10');
});

it('a page that tesseract fails to read only has a warning', async () => {
  const { items, warnings } = await parse([text(72, 700, 'The mill.'), scannedPage, scannedPage], { failingCall: 1 });
  expect(items.map(({ snippet }) => snippet)).toEqual(['The mill.', 'Blatt 2.']);
  expect(warnings).toMatchObject([
    { code: 'page-without-text', message: 'There is no text on page 2, only an image. OCR failed.', page: 2 },
    { code: 'read-by-ocr', page: 3 },
  ]);
});
