import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recognizeWithLibrary } from '../../server/src/convert/ocr/with-library.js';
import { findTesseract } from '../../server/src/convert/ocr/with-program.js';
import { median, readMemory, resetPeak, show, time } from '../support/measure.js';
import type { Result } from '../support/report.js';
import { withDirectory } from '../support/server-process.js';

const rounds = 3;
const page = fileURLToPath(new URL('page.png', import.meta.url));

/** Measures OCR of a printed page (150 dpi) with tesseract.js, compared with the program `tesseract` if it is installed. */
export function ocr(): Promise<Result[]> {
  return withDirectory(async (directory) => {
    const program = await findTesseract('eng');
    const signal = new AbortController().signal;
    const { now } = readMemory();
    resetPeak(process.pid);
    // the first page includes the start of the engine
    const firstMs = await time(() => recognizeWithLibrary(page, 'eng', signal));
    const libraryTimes: number[] = [];
    const programTimes: number[] = [];
    let programPeak = 0;
    for (let i = 0; i < rounds; i++) {
      libraryTimes.push(await time(() => recognizeWithLibrary(page, 'eng', signal)));
      if (program === undefined) continue;
      programTimes.push(
        await time(async () => {
          programPeak = Math.max(programPeak, await runProgram(program, join(directory, 'page')));
        }),
      );
    }
    const measured = `${show(median(libraryTimes))} ms (the first: ${show(firstMs)} ms); memory grew by ${show(readMemory().peak - now)} MB`;
    const against = program
      ? `the program tesseract: ${show(median(programTimes))} ms; memory ${show(programPeak)} MB`
      : 'not run: the program tesseract is not installed';
    const ratio = program ? `${show(median(libraryTimes) / median(programTimes))}×` : '';
    return [{ what: 'ocr of a page with tesseract.js', measured, against, ratio }];
  });
}

/** Runs the program `tesseract`. @returns The highest observed memory use, in MB. */
async function runProgram(program: string, output: string): Promise<number> {
  const child = spawn(program, [page, output, '-l', 'eng', '--psm', '3', 'txt', 'tsv'], {
    env: { ...process.env, OMP_THREAD_LIMIT: '1' },
    stdio: 'ignore',
  });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      if (child.pid !== undefined) peak = Math.max(peak, readMemory(child.pid).peak || 0);
    } catch {
      // the process has just ended
    }
  }, 10);
  await once(child, 'close');
  clearInterval(timer);
  return peak;
}
