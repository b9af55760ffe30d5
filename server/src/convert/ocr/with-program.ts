import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../system/find-program.js';
import type { Language, Recognition } from './tesseract.js';

const execute = promisify(execFile);
/** Limits Tesseract to one thread, which is four times as fast as several threads that mostly wait for each other. */
const env = { ...process.env, OMP_THREAD_LIMIT: '1' };

let installedLanguages: Promise<readonly string[]> | undefined;

/** Returns the path of the `tesseract` program, or `undefined` if it is not installed or does not list every requested language. */
export async function findTesseract(language: Language): Promise<string | undefined> {
  const program = await findProgram('tesseract');
  if (program === undefined) return undefined;
  installedLanguages ??= listLanguages(program);
  const available = await installedLanguages;
  return language.split('+').every((code) => available.includes(code)) ? program : undefined;
}

/**
 * Recognizes the text in an image with the `tesseract` program.
 *
 * @throws An error if OCR fails or is aborted.
 */
export async function recognizeWithProgram(
  program: string,
  path: string,
  language: Language,
  scratch: string,
  signal: AbortSignal,
): Promise<Recognition> {
  const output = join(scratch, 'tesseract');
  // an image has only one page, so no separator is needed
  const options = ['-l', language, '--psm', '3', '-c', 'page_separator=', 'txt', 'tsv'];
  await execute(program, [path, output, ...options], { env, signal, killSignal: 'SIGKILL' });
  const [text, tsv] = await Promise.all([readFile(`${output}.txt`, 'utf8'), readFile(`${output}.tsv`, 'utf8')]);
  return { text, tsv };
}

async function listLanguages(program: string): Promise<readonly string[]> {
  try {
    const { stdout } = await execute(program, ['--list-langs'], { env, timeout: 10_000 });
    return stdout.split('\n').map((line) => line.trim());
  } catch {
    return [];
  }
}
