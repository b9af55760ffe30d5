import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findModule } from 'millrace/shared/modules/catalogue.js';
import type { Json } from 'millrace/shared/types/json.js';
import { onTestFinished } from 'vitest';
import { ModelAccess, type UsedModel } from '../../src/module-contract/model-access.js';
import { createBuiltinOnlySettings, type ModelSettings } from '../../src/module-contract/model-settings.js';
import type { ModuleLimits, ModuleOutput, ModuleWarning } from '../../src/module-contract/module.js';
import { loadBuiltinModule } from '../../src/modules/registry.js';

/** Limits that no test reaches by chance. */
export const wideLimits: ModuleLimits = {
  maxTextBytes: 2 ** 26,
  maxItems: 10_000_000,
  maxOutputBytes: 2 ** 28,
  maxExpandedBytes: 2 ** 26,
  maxPixels: 25_000_000,
  maxAudioSeconds: 3600,
};

export interface RunOptions {
  readonly model?: string;
  readonly params?: Readonly<Record<string, Json>>;
  readonly textKey?: string;
  readonly limits?: Partial<ModuleLimits>;
  readonly signal?: AbortSignal;
  /** The user's name for an uploaded file. If omitted, the input is the output of a previous module. */
  readonly upload?: string;
  /** The sources of its models. If omitted, only built-in models can be opened. */
  readonly models?: Partial<ModelSettings>;
}

export interface ModuleRun {
  readonly output: ModuleOutput;
  /** The content of the output file, as UTF-8. */
  readonly text: string;
  /** The model that the module opened. */
  readonly ran: UsedModel | undefined;
  readonly warnings: readonly ModuleWarning[];
  readonly progress: readonly { readonly current: number; readonly total: number | null }[];
}

/** Creates a directory that is removed when the test has finished. */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-modules-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs a module of the catalogue in this process, on a file with this content. */
export async function runModule(
  name: string,
  content: string | Uint8Array,
  options: RunOptions = {},
): Promise<ModuleRun> {
  const definition = findModule(name);
  const implementation = await loadBuiltinModule(name);
  if (!definition || !implementation) throw new Error(`Expected '${name}' to be a module of the catalogue`);
  const scratch = await temporaryDirectory();
  const path = join(scratch, 'input');
  await writeFile(path, content);
  const models = new ModelAccess({ ...createBuiltinOnlySettings(name), ...options.models });
  const warnings: ModuleWarning[] = [];
  const progress: { current: number; total: number | null }[] = [];
  const output = await implementation.run(
    {
      path,
      format: definition.input,
      textKey: options.textKey ?? definition.inputKey ?? '',
      fileName: options.upload ?? 'a file',
      isUpload: options.upload !== undefined,
    },
    {
      model: options.model ?? definition.defaultModel,
      params: options.params ?? {},
      scratch,
      signal: options.signal ?? new AbortController().signal,
      limits: { ...wideLimits, ...options.limits },
      models,
      progress: (current, total) => progress.push({ current, total }),
      warn: (warning) => warnings.push(warning),
    },
  );
  return { output, text: await readFile(output.path, 'utf8'), ran: models.usedModel, progress, warnings };
}
