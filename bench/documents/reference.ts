import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FoundDocument, DocumentKind } from './find-documents.js';

const execute = promisify(execFile);
const maxBuffer = 256 * 2 ** 20;
const timeout = 120_000;
/**
 * Number of documents per start of LibreOffice, which takes seconds. If a document crashes LibreOffice, the rest of its batch is not
 * converted.
 */
const batchSize = 20;

export type Program = 'pdftotext' | 'pandoc' | 'soffice' | 'soffice and pdftotext' | 'uchardet and iconv';

/**
 * The programs that each kind of document is compared with. To install them, run
 * `apt install poppler-utils pandoc libreoffice-writer-nogui libreoffice-impress-nogui uchardet`.
 */
export const programs: Readonly<Record<DocumentKind, readonly Program[]>> = {
  pdf: ['pdftotext'],
  docx: ['pandoc', 'soffice'],
  pptx: ['soffice and pdftotext'],
  html: ['pandoc'],
  markdown: ['pandoc'],
  text: ['uchardet and iconv'],
};

/**
 * Returns the text that a program reads from a document, or `undefined` if the program is missing or cannot read the document.
 *
 * @param converted The path of LibreOffice's result for the document, if any.
 */
export async function readReference(
  { path, kind }: FoundDocument,
  program: Program,
  converted: string | undefined,
): Promise<string | undefined> {
  switch (program) {
    case 'pdftotext':
      return readOutput('pdftotext', [path, '-']);
    case 'soffice and pdftotext':
      return readOutput('pdftotext', [converted ?? '', '-']);
    case 'soffice':
      return readFile(converted ?? '', 'utf8').catch(() => undefined);
    case 'uchardet and iconv': {
      const encoding = (await readOutput('uchardet', [path]))?.trim();
      return encoding === undefined ? undefined : readOutput('iconv', ['-f', encoding, '-t', 'utf-8', path]);
    }
    case 'pandoc':
      return readOutput('pandoc', ['-f', kind === 'markdown' ? 'gfm' : kind, '-t', 'plain', '--wrap=none', path]);
  }
}

/**
 * Converts presentations to PDF and Word documents to text with LibreOffice.
 *
 * @returns The path of each result. The file is missing if the conversion failed.
 */
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
    const ofKind = documents.filter((document) => document.kind === kind);
    for (let from = 0; from < ofKind.length; from += batchSize) {
      const files: string[] = [];
      for (const [i, document] of ofKind.slice(from, from + batchSize).entries()) {
        const name = `${from + i}-${kind}`;
        files.push(join(folder, 'inputs', `${name}.${kind}`));
        await symlink(document.path, files.at(-1) ?? '');
        converted.set(document, join(folder, `${name}.${filter.slice(0, 3)}`));
      }
      await convertBatch(files, filter, folder);
      console.error(`soffice: ${from + files.length} of ${ofKind.length} ${kind}`);
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

async function readOutput(program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await execute(program, args, { maxBuffer, timeout });
    return stdout;
  } catch {
    // ignore the output of a failed program, because it is incomplete
    return undefined;
  }
}
