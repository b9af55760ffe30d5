import type { ModelTask } from '../module-contract/model-interfaces.js';
import type { Precision } from './precision.js';

/** What is known of a model of the catalogue beyond its name. */
export interface KnownModel {
  /** The repository with its ONNX files, and its folder in the model directory. */
  readonly repo: string;
  /** `false`: no public repository has these files; who has them puts them there. */
  readonly published: boolean;
  /** What the repository has, where that is not everything. */
  readonly precisions?: readonly Precision[];
  /** The type of a model that the library has no code for. */
  readonly unsupported?: string;
}

/** What a model's files are, by the shape of the network. */
export interface ModelFiles {
  /** JSON files that must be there, and those that a model may do without. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Networks under `onnx/`, without the suffix of their precision. */
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
const perceiving: ModelFiles = { ...pair, required: [...text, 'preprocessor_config.json'] };

export const filesOf: Readonly<Record<ModelTask, ModelFiles>> = {
  embeddings: encoder,
  sentiment: encoder,
  summarize: pair,
  translate: pair,
  transcribe: perceiving,
  caption: perceiving,
};

const xenova = (...names: string[]) => names.map((name) => [name, at(`Xenova/${name}`)] as const);
const at = (repo: string): KnownModel => ({ repo, published: true });

/** Which repository a name of the catalogue means, by task. Names outside it reach no file system and no network. */
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
    ['text-summarization', { ...at('Falconsai/text_summarization'), precisions: ['fp32'] }],
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
    ['whisper-large-v3', at('onnx-community/whisper-large-v3-ONNX')],
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
};

/** Which task the models of a module do; a module that is not here needs no model. */
const taskOfModule: ReadonlyMap<string, ModelTask> = new Map([
  ['text-embedder', 'embeddings'],
  ['sentiment', 'sentiment'],
  ['summarize', 'summarize'],
  ['translate', 'translate'],
  ['transcribe', 'transcribe'],
  ['caption', 'caption'],
]);

/** The modules whose models come by one of the routes. */
export const modelModules: readonly string[] = [...taskOfModule.keys()];

export function taskOf(module: string): ModelTask | undefined {
  return taskOfModule.get(module);
}

export function knownModel(task: ModelTask, name: string): KnownModel | undefined {
  return known[task].get(name);
}

/** Every model that has a repository, with the task that it does. */
export function allKnownModels(): { task: ModelTask; name: string; model: KnownModel }[] {
  return Object.entries(known).flatMap(([task, models]) =>
    [...models].map(([name, model]) => ({ task: task as ModelTask, name, model })),
  );
}
