import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FoundDocument, Kind } from './find-documents.js';

const execute = promisify(execFile);
const maxBuffer = 256 * 2 ** 20;
const timeout = 120_000;
/** LibreOffice takes seconds to start, and a document that makes it stop takes the rest of its batch along. */
const batchSize = 20;

export type Program = 'pdftotext' | 'pandoc' | 'soffice' | 'soffice and pdftotext' | 'uchardet and iconv';

/** What reads the documents of a kind for comparison: `apt install poppler-utils pandoc libreoffice-writer-nogui libreoffice-impress-nogui uchardet`. */
export const programs: Readonly<Record<Kind, readonly Program[]>> = {
  pdf: ['pdftotext'],
  docx: ['pandoc', 'soffice'],
  pptx: ['soffice and pdftotext'],
  html: ['pandoc'],
  markdown: ['pandoc'],
  text: ['uchardet and iconv'],
};

/** Returns what a program reads in a document, or `undefined` if the program is missing or refuses it. */
export async function readReference(
  { path, kind }: FoundDocument,
  program: Program,
  converted: string | undefined,
): Promise<string | undefined> {
  switch (program) {
    case 'pdftotext':
      return output('pdftotext', [path, '-']);
    case 'soffice and pdftotext':
      return output('pdftotext', [converted ?? '', '-']);
    case 'soffice':
      return readFile(converted ?? '', 'utf8').catch(() => undefined);
    case 'uchardet and iconv': {
      const encoding = (await output('uchardet', [path]))?.trim();
      return encoding === undefined ? undefined : output('iconv', ['-f', encoding, '-t', 'utf-8', path]);
    }
    case 'pandoc':
      return output('pandoc', ['-f', kind === 'markdown' ? 'gfm' : kind, '-t', 'plain', '--wrap=none', path]);
  }
}

/** Has LibreOffice print presentations to PDF and save Word documents as text. Returns where each result should be. */
export async function convertAll(
  documents: readonly FoundDocument[],
  folder: string,
): Promise<ReadonlyMap<FoundDocument, string>> {
  const converted = new Map<FoundDocument, string>();
  await mkdir(join(folder, 'inputs'), { recursive: true });
  for (const [kind, filter] of [
    ['pptx', 'pdf'],
    ['docx', 'txt:Text (encoded):UTF8'],
  ] as const) {
    const chosen = documents.filter((document) => document.kind === kind);
    for (let from = 0; from < chosen.length; from += batchSize) {
      const files: string[] = [];
      for (const [i, document] of chosen.slice(from, from + batchSize).entries()) {
        const name = `${from + i}-${kind}`;
        files.push(join(folder, 'inputs', `${name}.${kind}`));
        await symlink(document.path, files.at(-1) ?? '');
        converted.set(document, join(folder, `${name}.${filter.slice(0, 3)}`));
      }
      await convertBatch(files, filter, folder);
      console.error(`soffice: ${from + files.length} of ${chosen.length} ${kind}`);
    }
  }
  return converted;
}

async function convertBatch(files: readonly string[], filter: string, folder: string): Promise<void> {
  const profile = join(folder, 'profile');
  const options = [`-env:UserInstallation=file://${profile}`, '--headless', '--convert-to', filter];
  await execute('soffice', [...options, '--outdir', folder, ...files], {
    maxBuffer,
    timeout,
    killSignal: 'SIGKILL',
  }).catch(() => undefined);
  await rm(profile, { recursive: true, force: true });
}

async function output(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    // a program that is stopped by a damaged file writes nothing useful
    const { stdout } = await execute(program, args, { maxBuffer, timeout });
    return stdout;
  } catch {
    return undefined;
  }
}
