import type { ModelTask } from '../module-contract/model-interfaces.js';

/** The precision of a network's weights, named as in Transformers.js. */
export type Precision = 'fp32' | 'q8';

/** The file name suffix for each precision. */
export const suffixByPrecision: Readonly<Record<Precision, string>> = { fp32: '', q8: '_quantized' };

/**
 * Returns the acceptable precisions, highest first.
 *
 * @param quantize `true` accepts only `q8`, `false` accepts only `fp32`, and any other value accepts both.
 */
export function getAcceptablePrecisions(quantize: unknown): readonly Precision[] {
  return typeof quantize === 'boolean' ? [quantize ? 'q8' : 'fp32'] : ['fp32', 'q8'];
}

/** A model in the catalogue that has a repository. */
export interface KnownModel {
  /**
   * The repository of the ONNX files or, if these are not published, of the original model. The model's folder in the model directory has
   * the same name.
   */
  readonly repo: string;
  /** Whether the server can download the ONNX files from the repository. Otherwise, the operator must provide the files. */
  readonly isPublished: boolean;
  /** The precisions in the repository. @default all */
  readonly precisions?: readonly Precision[];
  /** The model's architecture, if Transformers.js does not support it. */
  readonly unsupportedArchitecture?: string;
}

interface ModelFiles {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** The names of the networks in `onnx/`, without precision suffixes. */
  readonly networks: readonly string[];
}

const commonFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const encoderFiles: ModelFiles = {
  required: commonFiles,
  optional: ['special_tokens_map.json'],
  networks: ['model'],
};
const encoderDecoderFiles: ModelFiles = {
  required: commonFiles,
  optional: ['generation_config.json', 'special_tokens_map.json'],
  networks: ['encoder_model', 'decoder_model_merged'],
};
const encoderDecoderFilesWithPreprocessor: ModelFiles = {
  ...encoderDecoderFiles,
  required: [...commonFiles, 'preprocessor_config.json'],
};

export const modelFilesByTask: Readonly<Record<ModelTask, ModelFiles>> = {
  embeddings: encoderFiles,
  sentiment: encoderFiles,
  summarize: encoderDecoderFiles,
  translate: encoderDecoderFiles,
  transcribe: encoderDecoderFilesWithPreprocessor,
  caption: encoderDecoderFilesWithPreprocessor,
  classify: encoderFiles,
  extract: encoderFiles,
};

const createXenovaEntries = (...names: string[]) =>
  names.map((name) => [name, createPublishedModel(`Xenova/${name}`)] as const);
const createPublishedModel = (repo: string): KnownModel => ({ repo, isPublished: true });

/** The models in the catalogue that have a repository, by task. Only these models can be downloaded or read from the model directory. */
const knownModelsByTask: Readonly<Record<ModelTask, ReadonlyMap<string, KnownModel>>> = {
  embeddings: new Map([
    ...createXenovaEntries('all-MiniLM-L6-v2', 'all-mpnet-base-v2', 'all-MiniLM-L12-v2', 'multi-qa-MiniLM-L6-cos-v1'),
    ['msmarco-distilbert-dot-v5', { repo: 'sentence-transformers/msmarco-distilbert-dot-v5', isPublished: false }],
  ]),
  sentiment: new Map(
    createXenovaEntries(
      'distilbert-base-uncased-finetuned-sst-2-english',
      'bert-base-multilingual-uncased-sentiment',
      'distilbert-base-multilingual-cased-sentiments-student',
      'distilroberta-finetuned-financial-news-sentiment-analysis',
    ),
  ),
  summarize: new Map([
    ...createXenovaEntries('bart-large-cnn'),
    ['text-summarization', { ...createPublishedModel('Falconsai/text_summarization'), precisions: ['fp32'] }],
  ]),
  translate: new Map(
    createXenovaEntries(
      'opus-mt-de-en',
      'opus-mt-en-es',
      'opus-mt-es-en',
      'opus-mt-en-fr',
      'opus-mt-fr-en',
      'opus-mt-it-en',
      'opus-mt-zh-en',
    ),
  ),
  transcribe: new Map([
    ...createXenovaEntries('whisper-tiny', 'whisper-base', 'whisper-small', 'whisper-medium'),
    ['whisper-large-v3', createPublishedModel('onnx-community/whisper-large-v3-ONNX')],
  ]),
  caption: new Map([
    ...createXenovaEntries('vit-gpt2-image-captioning'),
    ['git-base', { repo: 'microsoft/git-base', isPublished: false, unsupportedArchitecture: 'git' }],
    [
      'blip-image-captioning-base',
      { repo: 'Salesforce/blip-image-captioning-base', isPublished: false, unsupportedArchitecture: 'blip' },
    ],
    [
      'blip-image-captioning-large',
      { repo: 'Salesforce/blip-image-captioning-large', isPublished: false, unsupportedArchitecture: 'blip' },
    ],
  ]),
  // this model embeds the text and the labels to compare them
  classify: new Map(createXenovaEntries('all-MiniLM-L6-v2')),
  // only an endpoint can extract fields
  extract: new Map(),
};

const taskByModule: ReadonlyMap<string, ModelTask> = new Map([
  ['text-embedder', 'embeddings'],
  ['sentiment', 'sentiment'],
  ['summarize', 'summarize'],
  ['translate', 'translate'],
  ['transcribe', 'transcribe'],
  ['caption', 'caption'],
  ['classify', 'classify'],
  ['extract', 'extract'],
]);

/** The names of the modules that use models. */
export const modulesWithModels: readonly string[] = [...taskByModule.keys()];

export function getTask(module: string): ModelTask | undefined {
  return taskByModule.get(module);
}

/** Returns whether only an endpoint can run a model. */
export function needsEndpoint(task: ModelTask, name: string): boolean {
  return task === 'extract' || (task === 'classify' && name === 'chat');
}

export function findKnownModel(task: ModelTask, name: string): KnownModel | undefined {
  return knownModelsByTask[task].get(name);
}

/** Lists the models in the catalogue that have a repository, with their tasks. */
export function listKnownModels(): { task: ModelTask; name: string; model: KnownModel }[] {
  return Object.entries(knownModelsByTask).flatMap(([task, models]) =>
    [...models].map(([name, model]) => ({ task: task as ModelTask, name, model })),
  );
}
