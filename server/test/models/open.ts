import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from 'millrace/shared/types/json.js';
import { afterAll } from 'vitest';
import { ModelAccess } from '../../src/module-contract/model-access.js';
import type { Models, ModelTask } from '../../src/module-contract/model-interfaces.js';
import { createBuiltinOnlySettings, type ModelSettings } from '../../src/module-contract/model-settings.js';
import type { ModuleWarning } from '../../src/module-contract/module.js';
import { openModel } from '../../src/models/open-model.js';

/** Creates a directory that is removed after the tests of a file. */
export async function createTestDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'millrace-models-'));
  afterAll(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Opens a model in this process, as a module does in its child process. */
export async function openTestModel<T extends ModelTask>(
  task: T,
  model: string,
  settings: Partial<ModelSettings>,
  { params = {}, signal = new AbortController().signal }: { params?: Record<string, Json>; signal?: AbortSignal } = {},
): Promise<{ model: Models[T]; access: ModelAccess; warnings: readonly ModuleWarning[] }> {
  const access = new ModelAccess({ ...createBuiltinOnlySettings(settings.module ?? 'text-embedder'), ...settings });
  const warnings: ModuleWarning[] = [];
  const warn = (warning: ModuleWarning): void => void warnings.push(warning);
  const context = { model, models: access, params, signal, warn, progress: () => undefined };
  return { model: await openModel(task, context), access, warnings };
}
