import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextInput } from '../server/src/convert/read-text-input.js';
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
      await measure(directory, 'a PDF', makePdf(pages)),
      await measure(directory, 'a docx', makeDocx(lines.map(paragraph).join(''))),
      await measure(directory, 'HTML', Buffer.from(`<!doctype html><body>${markup}</body>`)),
    ];
  });
}

async function measure(directory: string, what: string, content: Uint8Array): Promise<Result> {
  const path = join(directory, 'document');
  await writeFile(path, content);
  const input = { path, format: 'text', textKey: '', fileName: 'document', isUpload: true } as const;
  const { now } = memory();
  resetPeak(process.pid);
  let bytes = 0;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    times.push(
      await time(async () => {
        bytes = Buffer.byteLength(
          await readTextInput(input, {
            limits,
            signal: new AbortController().signal,
            params: {},
            warn: () => undefined,
            scratch: directory,
            progress: () => undefined,
          }),
        );
      }),
    );
  }
  const speed = bytes / megabyte / (median(times) / 1000);
  return {
    what: `text out of ${what} of ${show(content.length / megabyte)} MB`,
    measured: `${show(speed)} MB/s; memory grew by ${show(Math.max(0, memory().peak - now))} MB`,
  };
}
