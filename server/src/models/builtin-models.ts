import type { Models, ModelTask } from '../module-contract/model-interfaces.js';

type Loaders = { readonly [T in ModelTask]?: Readonly<Record<string, () => Promise<Models[T]>>> };

/** Loaders of the models that this package implements, by task and name. Other models cannot use these names. */
const loaders: Loaders = {
  embeddings: {
    'builtin-hash-384': async () => (await import('./builtin/hash-embedder.js')).hashEmbedder,
  },
  sentiment: {
    'vader-english': async () => (await import('./builtin/vader-english.js')).vaderEnglish,
  },
  classify: {
    'builtin-nearest-label': async () => {
      const [{ createNearestLabelClassifier }, { hashEmbedder }] = await Promise.all([
        import('./nearest-label.js'),
        import('./builtin/hash-embedder.js'),
      ]);
      return createNearestLabelClassifier(hashEmbedder);
    },
  },
  summarize: {
    'builtin-extractive': async () => (await import('./builtin/extractive-summary.js')).extractiveSummary,
  },
};

export function isBuiltinModel(task: ModelTask, name: string): boolean {
  return Object.hasOwn(loaders[task] ?? {}, name);
}

/** Returns the name of the first built-in model for a task, or `undefined` if the task has no built-in model. */
export function findBuiltinModel(task: ModelTask): string | undefined {
  return Object.keys(loaders[task] ?? {})[0];
}

export async function loadBuiltinModel<T extends ModelTask>(task: T, name: string): Promise<Models[T]> {
  const load = loaders[task]?.[name];
  if (!load) throw new Error(`Expected a built-in model for ${task}, got '${name}'.`);
  return load();
}
