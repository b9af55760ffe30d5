import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultOcrOptions, type OcrOptions } from '../../src/convert/ocr/ocr-options.js';
import { readDocument } from '../../src/convert/read-text-input.js';
import type { ModuleLimits, ModuleWarning } from '../../src/module-contract/module.js';
import { temporaryDirectory, wideLimits } from '../modules/run-module.js';

export interface ReadOptions {
  readonly name?: string;
  readonly isUpload?: boolean;
  readonly limits?: Partial<ModuleLimits>;
  readonly ocr?: Partial<OcrOptions>;
}

/** Returns the text of a file with this content, and the warnings. */
export async function readConverted(
  content: string | Uint8Array,
  { name = 'file', isUpload = true, limits, ocr }: ReadOptions = {},
): Promise<{ text: string; warnings: ModuleWarning[] }> {
  const path = join(await temporaryDirectory(), 'input');
  await writeFile(path, content);
  const warnings: ModuleWarning[] = [];
  const { text } = await readDocument(
    { path, format: 'text', textKey: '', fileName: name, isUpload },
    {
      limits: { ...wideLimits, ...limits },
      signal: new AbortController().signal,
      params: {},
      warn: (warning) => warnings.push(warning),
      scratch: await temporaryDirectory(),
      progress: () => undefined,
    },
    { ...defaultOcrOptions, ...ocr },
  );
  return { text, warnings };
}
