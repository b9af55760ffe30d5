import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTextInput } from '../server/src/convert/read-text-input.js';
import { drawPdf, stream } from '../server/test/convert/draw-pdf.js';
import { makeDocx, makePdf, paragraph } from '../server/test/convert/make-documents.js';
import { median, memory, resetPeak, show, time } from './measure.js';
import type { Result } from './report.js';
import { withDirectory } from './server-process.js';
import { makeText } from './text.js';

const rounds = 3;
const megabyte = 1e6;
const limits = {
  maxTextBytes: 2 ** 26,
  maxItems: 1_000_000,
  maxOutputBytes: 2 ** 30,
  maxExpandedBytes: 100 * 2 ** 20,
  maxPixels: 25_000_000,
  maxAudioSeconds: 3600,
};

/** Measures the conversion of documents in a module's process, in megabytes of text per second. */
export function conversion(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const lines = makeText(2 * megabyte, 5).split('\n');
    const pages = Array.from({ length: Math.ceil(lines.length / 50) }, (_, i) => lines.slice(50 * i, 50 * i + 50));
    const markup = lines.map((line) => `<p>${line}</p>`).join('\n');
    return [
      ...(await measurePages(directory)),
      await measure(directory, 'a PDF', makePdf(pages)),
      await measure(directory, 'a docx', makeDocx(lines.map(paragraph).join(''))),
      await measure(directory, 'HTML', Buffer.from(`<!doctype html><body>${markup}</body>`)),
    ];
  });
}

/** Measures PDFs in pages a second: twenty pages of text, and three scans (200 dots per inch), which are read by OCR. */
async function measurePages(directory: string): Promise<Result[]> {
  const lines = makeText(100_000, 5).split('\n');
  const text = Array.from({ length: 20 }, (_, i) => lines.slice(50 * i, 50 * i + 50));
  const png = await readFile(fileURLToPath(new URL('files/page.png', import.meta.url)));
  const scan = 'q 595 0 0 842 0 0 cm /Im Do Q';
  const scans = drawPdf([scan, scan, scan], { objects: { 20: stream(...imageOfPng(png)) } });
  return [
    await pagesOf(directory, 'a PDF of 20 pages of text', makePdf(text), 20),
    await pagesOf(directory, 'a PDF of 3 scanned pages', scans, 3),
  ];
}

/** A PDF stores compressed rows as a PNG does. */
function imageOfPng(png: Buffer): [data: Buffer, entries: string] {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  return [
    Buffer.concat(parts),
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8 ` +
      `/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent 8 /Columns ${width} >>`,
  ];
}

async function pagesOf(directory: string, what: string, content: Uint8Array, pages: number): Promise<Result> {
  const { now } = memory();
  resetPeak(process.pid);
  const { times } = await convert(directory, content);
  const speed = pages / (median(times) / 1000);
  return {
    what: `text out of ${what}`,
    measured: `${show(speed)} pages/s; memory grew by ${show(Math.max(0, memory().peak - now))} MB`,
  };
}

async function measure(directory: string, what: string, content: Uint8Array): Promise<Result> {
  const { now } = memory();
  resetPeak(process.pid);
  const { times, bytes } = await convert(directory, content);
  const speed = bytes / megabyte / (median(times) / 1000);
  return {
    what: `text out of ${what} of ${show(content.length / megabyte)} MB`,
    measured: `${show(speed)} MB/s; memory grew by ${show(Math.max(0, memory().peak - now))} MB`,
  };
}

/** Returns the times of some conversions, and the size of the text. */
async function convert(directory: string, content: Uint8Array): Promise<{ times: number[]; bytes: number }> {
  const path = join(directory, 'document');
  await writeFile(path, content);
  const input = { path, format: 'text', textKey: '', fileName: 'document', isUpload: true } as const;
  const context = {
    limits,
    signal: new AbortController().signal,
    params: {},
    warn: () => undefined,
    scratch: directory,
    progress: () => undefined,
  };
  let bytes = 0;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    times.push(await time(async () => (bytes = Buffer.byteLength(await readTextInput(input, context)))));
  }
  return { times, bytes };
}
