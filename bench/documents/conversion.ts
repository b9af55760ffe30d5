import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTextInput } from '../../server/src/convert/read-text-input.js';
import { drawPdf, stream } from '../../server/test/convert/make/draw-pdf.js';
import { makeDocx, makePdf, paragraph } from '../../server/test/convert/make/make-documents.js';
import { median, readMemory, resetPeak, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { withDirectory } from '../support/server-process.js';
import { makeText } from '../support/text.js';
import type { DocumentKind } from './find-documents.js';
import { programs, readReference } from './reference.js';

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

/**
 * Measures the conversion of documents to text in this process, in MB of text per second, compared with other programs. The time of another
 * program includes its startup.
 */
export function conversion(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const lines = makeText(2 * megabyte, 5).split('\n');
    const pages = Array.from({ length: Math.ceil(lines.length / 50) }, (_, i) => lines.slice(50 * i, 50 * i + 50));
    const markup = lines.map((line) => `<p>${line}</p>`).join('\n');
    return [
      ...(await measurePages(directory)),
      await measure(directory, 'pdf', makePdf(pages)),
      await measure(directory, 'docx', makeDocx(lines.map(paragraph).join(''))),
      await measure(directory, 'html', Buffer.from(`<!doctype html><body>${markup}</body>`)),
      await measure(directory, 'markdown', Buffer.from(lines.map((line) => `${line}\n`).join('\n'))),
      await measure(directory, 'text', Buffer.from(lines.join('\n'))),
    ];
  });
}

/** Measures PDFs in pages per second: twenty pages of text, and three scanned pages (200 dpi), which are read by OCR. */
async function measurePages(directory: string): Promise<Result[]> {
  const lines = makeText(100_000, 5).split('\n');
  const text = Array.from({ length: 20 }, (_, i) => lines.slice(50 * i, 50 * i + 50));
  const png = await readFile(fileURLToPath(new URL('page.png', import.meta.url)));
  const scan = 'q 595 0 0 842 0 0 cm /Im Do Q';
  const scans = drawPdf([scan, scan, scan], { objects: { 20: stream(...toPdfImage(png)) } });
  return [
    await measurePdf(directory, 'a PDF of 20 pages of text', makePdf(text), 20),
    await measurePdf(directory, 'a PDF of 3 scanned pages', scans, 3),
  ];
}

/** Returns the data and dictionary entries of a PDF image. Copies the data from a PNG, because both formats compress rows in the same way. */
function toPdfImage(png: Buffer): [data: Buffer, entries: string] {
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

async function measurePdf(directory: string, what: string, content: Uint8Array, pages: number): Promise<Result> {
  const { now } = readMemory();
  resetPeak(process.pid);
  const { times } = await convert(join(directory, 'document'), content);
  const speed = pages / (median(times) / 1000);
  return {
    what: `text from ${what}`,
    measured: `${show(speed)} pages/s; memory grew by ${show(Math.max(0, readMemory().peak - now))} MB`,
  };
}

const names: Partial<Record<DocumentKind, string>> = {
  pdf: 'a PDF',
  docx: 'a docx',
  html: 'HTML',
  markdown: 'Markdown',
  text: 'a text',
};

async function measure(directory: string, kind: DocumentKind, content: Uint8Array): Promise<Result> {
  const path = join(directory, `document.${kind === 'markdown' ? 'md' : kind}`);
  const { now } = readMemory();
  resetPeak(process.pid);
  const { times, bytes } = await convert(path, content);
  const growth = Math.max(0, readMemory().peak - now);
  const speed = bytes / megabyte / (median(times) / 1000);
  const rival = await timeRival(path, kind);
  const rivalSpeed = rival && bytes / megabyte / (rival.milliseconds / 1000);
  return {
    what: `text from ${names[kind] ?? kind} of ${show(content.length / megabyte)} MB`,
    measured: `${show(speed)} MB/s; memory grew by ${show(growth)} MB`,
    ...(rival &&
      rivalSpeed !== undefined && {
        against: `${rival.program}: ${show(rivalSpeed)} MB/s`,
        ratio: `${show(speed / rivalSpeed)}×`,
      }),
  };
}

async function timeRival(
  path: string,
  kind: DocumentKind,
): Promise<{ program: string; milliseconds: number } | undefined> {
  const [program] = programs[kind];
  if (program === undefined) return undefined;
  const successes: boolean[] = [];
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const read = async (): Promise<number> =>
      successes.push((await readReference({ path, kind }, program, undefined)) !== undefined);
    times.push(await time(read));
  }
  return successes.every(Boolean) ? { program, milliseconds: median(times) } : undefined;
}

/** Converts a document several times. @returns The duration of each conversion in milliseconds, and the size of the text in bytes. */
async function convert(path: string, content: Uint8Array): Promise<{ times: number[]; bytes: number }> {
  await writeFile(path, content);
  const input = { path, format: 'text', textKey: '', fileName: basename(path), isUpload: true } as const;
  const context = {
    limits,
    signal: new AbortController().signal,
    params: {},
    warn: () => undefined,
    scratch: dirname(path),
    progress: () => undefined,
  };
  let bytes = 0;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    times.push(await time(async () => (bytes = Buffer.byteLength(await readTextInput(input, context)))));
  }
  return { times, bytes };
}
