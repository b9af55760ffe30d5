import type { ModelTask } from '../module-contract/model-interfaces.js';

/** The precision of a network's weights, using the library's names. */
export type Precision = 'fp32' | 'q8';

/** The file name suffix for each precision. */
export const suffixOf: Readonly<Record<Precision, string>> = { fp32: '', q8: '_quantized' };

/** Returns the acceptable precisions, best first. `quantize` selects one; if it is not a boolean, both are acceptable. */
export function acceptablePrecisions(quantize: unknown): readonly Precision[] {
  return typeof quantize === 'boolean' ? [quantize ? 'q8' : 'fp32'] : ['fp32', 'q8'];
}

/** A catalogue model's repository and the repository's contents. */
export interface KnownModel {
  /** The repository with the model's ONNX files. The model's folder in the model directory has the same name. */
  readonly repo: string;
  /** If false, no public repository has these files, so the operator must provide them. */
  readonly published: boolean;
  /** The precisions available in the repository. If omitted, all are available. */
  readonly precisions?: readonly Precision[];
  /** The model's architecture, if the library does not support it. */
  readonly unsupported?: string;
}

interface ModelFiles {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** The names of the networks in `onnx/`, without precision suffixes. */
  readonly networks: readonly string[];
}

const text = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const encoder: ModelFiles = {
  required: text,
  optional: ['special_tokens_map.json'],
  networks: ['model'],
};
const pair: ModelFiles = {
  required: text,
  optional: ['generation_config.json', 'special_tokens_map.json'],
  networks: ['encoder_model', 'decoder_model_merged'],
};
const pairWithPreprocessor: ModelFiles = { ...pair, required: [...text, 'preprocessor_config.json'] };

export const filesOf: Readonly<Record<ModelTask, ModelFiles>> = {
  embeddings: encoder,
  sentiment: encoder,
  summarize: pair,
  translate: pair,
  transcribe: pairWithPreprocessor,
  caption: pairWithPreprocessor,
  classify: encoder,
  extract: encoder,
};

const xenova = (...names: string[]) => names.map((name) => [name, publishedModel(`Xenova/${name}`)] as const);
const publishedModel = (repo: string): KnownModel => ({ repo, published: true });

/** The models in the catalogue, by task. Names not listed here never reach the file system or the network. */
const known: Readonly<Record<ModelTask, ReadonlyMap<string, KnownModel>>> = {
  embeddings: new Map([
    ...xenova('all-MiniLM-L6-v2', 'all-mpnet-base-v2', 'all-MiniLM-L12-v2', 'multi-qa-MiniLM-L6-cos-v1'),
    ['msmarco-distilbert-dot-v5', { repo: 'sentence-transformers/msmarco-distilbert-dot-v5', published: false }],
  ]),
  sentiment: new Map(
    xenova(
      'distilbert-base-uncased-finetuned-sst-2-english',
      'bert-base-multilingual-uncased-sentiment',
      'distilbert-base-multilingual-cased-sentiments-student',
      'distilroberta-finetuned-financial-news-sentiment-analysis',
    ),
  ),
  summarize: new Map([
    ...xenova('bart-large-cnn'),
    ['text-summarization', { ...publishedModel('Falconsai/text_summarization'), precisions: ['fp32'] }],
  ]),
  translate: new Map(
    xenova(
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
    ...xenova('whisper-tiny', 'whisper-base', 'whisper-small', 'whisper-medium'),
    ['whisper-large-v3', publishedModel('onnx-community/whisper-large-v3-ONNX')],
  ]),
  caption: new Map([
    ...xenova('vit-gpt2-image-captioning'),
    ['git-base', { repo: 'microsoft/git-base', published: false, unsupported: 'git' }],
    [
      'blip-image-captioning-base',
      { repo: 'Salesforce/blip-image-captioning-base', published: false, unsupported: 'blip' },
    ],
    [
      'blip-image-captioning-large',
      { repo: 'Salesforce/blip-image-captioning-large', published: false, unsupported: 'blip' },
    ],
  ]),
  // labels are compared with texts by their embeddings
  classify: new Map(xenova('all-MiniLM-L6-v2')),
  // only an endpoint can extract fields
  extract: new Map(),
};

/** The task of each module that uses models. */
const taskOfModule: ReadonlyMap<string, ModelTask> = new Map([
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
export const modelModules: readonly string[] = [...taskOfModule.keys()];

export function taskOf(module: string): ModelTask | undefined {
  return taskOfModule.get(module);
}

/** Returns whether only an endpoint can run a model. */
export function needsEndpoint(task: ModelTask, name: string): boolean {
  return task === 'extract' || (task === 'classify' && name === 'chat');
}

export function knownModel(task: ModelTask, name: string): KnownModel | undefined {
  return known[task].get(name);
}

/** Returns every model in the catalogue that has a repository, with its task. */
export function allKnownModels(): { task: ModelTask; name: string; model: KnownModel }[] {
  return Object.entries(known).flatMap(([task, models]) =>
    [...models].map(([name, model]) => ({ task: task as ModelTask, name, model })),
  );
}
