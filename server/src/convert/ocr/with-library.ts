import { access, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Worker as TesseractWorker } from 'tesseract.js';
import { ModuleError } from '../../module-contract/module.js';
import type { Language, Recognition } from './tesseract.js';

const require = createRequire(import.meta.url);
/** Variant of the language data. The integer version of `best` recognizes the same text as the other variants, at a third of their size. */
const dataVersion = '4.0.0_best_int';
/**
 * Timeout for starting tesseract.js, in milliseconds. The library usually starts within 250 ms, but does not always report a failure to
 * start.
 */
const startTimeoutMs = 60_000;

/** The tesseract.js workers of this process, by language. A worker is reused until it fails or is interrupted. */
const workerByLanguage = new Map<Language, Promise<TesseractWorker>>();

/**
 * Recognizes the text in an image with tesseract.js and the language data in its npm packages.
 *
 * @throws `ModuleError` if the language is not installed, or a different error if OCR fails or is aborted.
 */
export async function recognizeWithLibrary(
  path: string,
  language: Language,
  signal: AbortSignal,
): Promise<Recognition> {
  const image = await readFile(path);
  const worker = await waitFor(getWorker(language), signal);
  getThread(worker)?.ref?.();
  try {
    const { data } = await waitFor(worker.recognize(image, {}, { text: true, tsv: true }), signal);
    return { text: data.text, tsv: data.tsv ?? '' };
  } catch (error) {
    // do not reuse the worker, because it may no longer respond after an interruption or error
    workerByLanguage.delete(language);
    // tesseract.js posts the image shortly after the call; wait, because posting to a terminated worker causes an uncaught exception
    await setImmediate();
    await worker.terminate();
    throw error;
  } finally {
    // a worker that is kept for the next image must not keep the process alive
    getThread(worker)?.unref?.();
  }
}

function getThread(worker: TesseractWorker): { ref?(): void; unref?(): void } | undefined {
  return (worker as { worker?: { ref?(): void; unref?(): void } }).worker;
}

function getWorker(language: Language): Promise<TesseractWorker> {
  const existing = workerByLanguage.get(language);
  if (existing) return existing;
  const started = startWithTimeout(language);
  workerByLanguage.set(language, started);
  started.catch(() => workerByLanguage.delete(language));
  return started;
}

async function startWithTimeout(language: Language): Promise<TesseractWorker> {
  const starting = startWorker(language);
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new Error('tesseract.js did not start'));
    // terminate a worker that starts after the timeout, because nothing will use it
    starting.then((worker) => worker.terminate()).catch(() => undefined);
  }, startTimeoutMs);
  try {
    return await waitFor(starting, timeout.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function startWorker(language: Language): Promise<TesseractWorker> {
  const files = await Promise.all(language.split('+').map(findData));
  const { createWorker, OEM, PSM } = await import('tesseract.js');
  // tesseract.js needs the data of all languages in one directory
  const langPath = await mkdtemp(join(tmpdir(), 'tesseract-'));
  try {
    await Promise.all(files.map((file) => symlink(file, join(langPath, basename(file)))));
    const worker = await createWorker(language, OEM.LSTM_ONLY, {
      langPath,
      cacheMethod: 'none',
      gzip: true,
      // without a handler, an unreadable image causes an uncaught exception
      errorHandler: () => undefined,
    });
    await worker.setParameters({ tessedit_pageseg_mode: PSM.AUTO });
    return worker;
  } finally {
    await rm(langPath, { recursive: true, force: true });
  }
}

/**
 * Returns the path of a language's data.
 *
 * @throws `ModuleError` if the data is missing. Otherwise, tesseract.js would try to download the data, without a timeout.
 */
async function findData(code: string): Promise<string> {
  const name = `@tesseract.js-data/${code}`;
  try {
    const file = join(dirname(require.resolve(`${name}/package.json`)), dataVersion, `${code}.traineddata.gz`);
    await access(file);
    return file;
  } catch {
    throw new ModuleError(
      `The OCR language "${code}" is not installed: the package ${name} is missing. ` +
        `Install the package (npm install ${name}), or the program tesseract with that language.`,
    );
  }
}

/** Waits for a promise that may never settle. Rejects if the signal is aborted. */
async function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // prevent an unhandled rejection if the promise rejects after the abort
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const interruption = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, interruption]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
