import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The files of a model, by their paths in its folder: objects become JSON. */
export type ModelContent = Readonly<Record<string, Buffer | object>>;

export function writeModel(folder: string, files: ModelContent): void {
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
}
