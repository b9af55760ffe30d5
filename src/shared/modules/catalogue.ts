import type { ModelSpec, ModuleDefinition, ParamSpec } from './module-definition.js';

const modelSpecs = (...names: string[]): ModelSpec[] => names.map((name) => ({ name }));

/** The parameters of every module with text input. They have no `default`, so the SDK sends only those that the caller sets. */
const readingParams: NonNullable<ModelSpec['params']> = {
  encoding: { type: 'string', builtin: true },
  ocr: { type: 'string', values: ['auto', 'never', 'always'], builtin: true },
  ocr_languages: { type: 'string', builtin: true },
};

const withReadingParams = (...models: ModelSpec[]): ModelSpec[] =>
  models.map((model) => ({ ...model, params: { ...model.params, ...readingParams } }));

const chatParams: NonNullable<ModelSpec['params']> = {
  instructions: { type: 'string', builtin: true },
  cache: { type: 'bool', default: true, builtin: true },
};

const extractParams: NonNullable<ModelSpec['params']> = {
  schema: { type: 'json', required: true, builtin: true },
  target: { type: 'string', values: ['document', 'page', 'row'], default: 'document', builtin: true },
  grounded: { type: 'string', values: ['optional', 'required'], default: 'optional', builtin: true },
  window: { type: 'int', builtin: true },
  maxRequests: { type: 'int', default: 100, builtin: true },
  ...chatParams,
};

const classifyParams: NonNullable<ModelSpec['params']> = {
  labels: { type: 'json', required: true, builtin: true },
  several: { type: 'bool', default: false, builtin: true },
  target: { type: 'string', values: ['document', 'page', 'item'], default: 'document', builtin: true },
  ...chatParams,
};

/**
 * All built-in modules: the hosted service's modules in the original client's order, then the modules that only Millrace has. In
 * Millrace, some of the hosted service's modules have additional models and parameters.
 */
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
    models: withReadingParams(...modelSpecs('sqlite', 'base')),
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
    models: withReadingParams(
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
    models: withReadingParams(...modelSpecs('bart-large-cnn', 'text-summarization'), {
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
      {
        name: 'universal-sentence-encoder-lite',
        package: true,
        params: { quantize: { type: 'bool', default: true } },
      },
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
  {
    name: 'classify',
    input: 'text',
    alsoTakes: ['json'],
    output: 'json',
    isLast: true,
    inputKey: 'snippet',
    outputKey: 'label',
    models: withReadingParams(
      { name: 'chat', params: classifyParams },
      { name: 'all-MiniLM-L6-v2', params: classifyParams },
      { name: 'builtin-nearest-label', builtin: true, params: classifyParams },
    ),
    defaultModel: 'chat',
  },
  {
    name: 'extract',
    input: 'text',
    alsoTakes: ['json'],
    output: 'json',
    isLast: true,
    inputKey: 'snippet',
    outputKey: 'value',
    models: withReadingParams({ name: 'chat', params: extractParams }),
    defaultModel: 'chat',
  },
];

const moduleByName = new Map(catalogue.map((module) => [module.name, module]));

export function findModule(name: string): ModuleDefinition | undefined {
  return moduleByName.get(name);
}

/** Returns a module's models, except those marked as `builtin` or `package`, which the hosted service does not offer. */
export function getHostedModels({ models }: ModuleDefinition): ModelSpec[] {
  return models.filter((model) => !model.builtin && !model.package);
}

/** Returns the parameters that the hosted service supports for a model, or `undefined` if it supports none. */
export function getHostedParams({ params = {} }: ModelSpec): Readonly<Record<string, ParamSpec>> | undefined {
  const entries = Object.entries(params).filter(([, { builtin }]) => !builtin);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
