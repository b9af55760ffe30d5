import type { DataFormat } from './module.js';

export interface ParamSpec {
  /** `json` accepts any JSON value; only the module can check it. */
  readonly type: 'int' | 'number' | 'bool' | 'string' | 'json';
  readonly default?: number | boolean | string;
  readonly required?: boolean;
  /** The allowed strings. Absent if any string is allowed. */
  readonly values?: readonly string[];
  /** Whether the parameter is one of Millrace. The hosted service does not have it. */
  readonly builtin?: true;
}

/** The types of parameters as error messages name them. */
const paramTypeNames = {
  int: 'a whole number',
  number: 'a number',
  bool: 'true or false',
  string: 'a string',
  json: 'JSON',
} satisfies Record<ParamSpec['type'], string>;

/** Returns what a parameter must be, for error messages. */
export function describeParam({ type, values }: ParamSpec): string {
  return values ? `one of ${values.join(', ')}` : paramTypeNames[type];
}

export interface ModelSpec {
  readonly name: string;
  /** Whether the model is built into the server and needs no download. The hosted service does not have it. */
  readonly builtin?: true;
  readonly params?: Readonly<Record<string, ParamSpec>>;
}

export interface ModuleDefinition {
  readonly name: string;
  readonly input: DataFormat;
  readonly output: DataFormat;
  /** The key that holds an input item's text; `null` if the input is not JSON. */
  readonly inputKey: string | null;
  /** The key that holds an output item's text; `null` if the output is not JSON. */
  readonly outputKey: string | null;
  readonly models: readonly ModelSpec[];
  readonly defaultModel: string;
}

const modelSpecs = (...names: string[]): ModelSpec[] => names.map((name) => ({ name }));

/** The parameters of every module that reads text. Without defaults, they are sent only if they are set. */
const readingParams: NonNullable<ModelSpec['params']> = {
  encoding: { type: 'string', builtin: true },
  ocr: { type: 'string', values: ['auto', 'never', 'always'], builtin: true },
  ocr_languages: { type: 'string', builtin: true },
};

const readingModels = (...models: ModelSpec[]): ModelSpec[] =>
  models.map((model) => ({ ...model, params: { ...model.params, ...readingParams } }));

/** Every module in the hosted protocol, in the original client's order, with its hosted and built-in models. */
export const catalogue: readonly ModuleDefinition[] = [
  {
    name: 'caption',
    input: 'image',
    output: 'json',
    inputKey: null,
    outputKey: 'caption',
    models: modelSpecs(
      'vit-gpt2-image-captioning',
      'git-base',
      'blip-image-captioning-base',
      'blip-image-captioning-large',
    ),
    defaultModel: 'vit-gpt2-image-captioning',
  },
  {
    name: 'json-to-txt',
    input: 'json',
    output: 'text',
    inputKey: 'snippet',
    outputKey: null,
    models: modelSpecs('base'),
    defaultModel: 'base',
  },
  {
    name: 'keyword-db',
    input: 'text',
    output: 'db',
    inputKey: null,
    outputKey: null,
    models: readingModels(...modelSpecs('sqlite', 'base')),
    defaultModel: 'sqlite',
  },
  {
    name: 'ocr',
    input: 'image',
    output: 'json',
    inputKey: null,
    outputKey: 'text',
    models: modelSpecs('tesseract-en', 'tesseract-es'),
    defaultModel: 'tesseract-en',
  },
  {
    name: 'parser',
    input: 'text',
    output: 'json',
    inputKey: null,
    outputKey: 'snippet',
    models: readingModels(
      { name: 'sentence', params: { language: { type: 'string', default: 'english' } } },
      {
        name: 'fixed',
        params: { chunk_size: { type: 'int', default: 10 }, overlap_size: { type: 'int', default: 4 } },
      },
    ),
    defaultModel: 'sentence',
  },
  {
    name: 'sentiment',
    input: 'json',
    output: 'json',
    inputKey: 'snippet',
    outputKey: 'snippet',
    models: [
      ...modelSpecs(
        'distilbert-base-uncased-finetuned-sst-2-english',
        'bert-base-multilingual-uncased-sentiment',
        'distilbert-base-multilingual-cased-sentiments-student',
        'distilroberta-finetuned-financial-news-sentiment-analysis',
      ),
      { name: 'vader-english', builtin: true },
    ],
    defaultModel: 'distilbert-base-uncased-finetuned-sst-2-english',
  },
  {
    name: 'summarize',
    input: 'text',
    output: 'text',
    inputKey: null,
    outputKey: null,
    models: readingModels(...modelSpecs('bart-large-cnn', 'text-summarization'), {
      name: 'builtin-extractive',
      builtin: true,
    }),
    defaultModel: 'bart-large-cnn',
  },
  {
    name: 'text-embedder',
    input: 'json',
    output: 'npy',
    inputKey: 'snippet',
    outputKey: 'data',
    models: [
      ...[
        'all-MiniLM-L6-v2',
        'all-mpnet-base-v2',
        'all-MiniLM-L12-v2',
        'multi-qa-MiniLM-L6-cos-v1',
        'msmarco-distilbert-dot-v5',
      ].map((name): ModelSpec => ({ name, params: { quantize: { type: 'bool', default: true } } })),
      { name: 'builtin-hash-384', builtin: true, params: { quantize: { type: 'bool', default: true } } },
    ],
    defaultModel: 'all-MiniLM-L6-v2',
  },
  {
    name: 'transcribe',
    input: 'audio',
    output: 'json',
    inputKey: null,
    outputKey: 'transcript',
    models: modelSpecs('whisper-tiny', 'whisper-base', 'whisper-small', 'whisper-medium', 'whisper-large-v3'),
    defaultModel: 'whisper-tiny',
  },
  {
    name: 'translate',
    input: 'json',
    output: 'json',
    inputKey: 'snippet',
    outputKey: 'snippet',
    models: modelSpecs(
      'opus-mt-de-en',
      'opus-mt-en-es',
      'opus-mt-es-en',
      'opus-mt-en-fr',
      'opus-mt-fr-en',
      'opus-mt-it-en',
      'opus-mt-zh-en',
    ),
    defaultModel: 'opus-mt-en-es',
  },
  {
    name: 'vector-db',
    input: 'npy',
    output: 'faiss',
    inputKey: 'data',
    outputKey: null,
    models: modelSpecs('faiss'),
    defaultModel: 'faiss',
  },
];

const byName = new Map(catalogue.map((module) => [module.name, module]));

export function findModule(name: string): ModuleDefinition | undefined {
  return byName.get(name);
}

/** Returns the parameters of a model that the hosted service has; `undefined` if it has none. */
export function hostedParams({ params = {} }: ModelSpec): Readonly<Record<string, ParamSpec>> | undefined {
  const entries = Object.entries(params).filter(([, { builtin }]) => !builtin);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
