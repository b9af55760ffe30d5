import type {
  AutomaticSpeechRecognitionPipeline,
  FeatureExtractionPipeline,
  ImageToTextPipeline,
  SummarizationPipeline,
  TextClassificationPipeline,
  TranslationPipeline,
} from '@huggingface/transformers';
import { ModuleError } from '../../module-contract/module.js';
import type { ModelTask } from '../../module-contract/model-interfaces.js';
import type { Precision } from '../known-models.js';
import { loadTransformersLibrary } from './transformers-library.js';

/** The names of the Transformers.js pipelines, by task. */
const pipelineNameByTask = {
  embeddings: 'feature-extraction',
  sentiment: 'text-classification',
  summarize: 'summarization',
  translate: 'translation',
  transcribe: 'automatic-speech-recognition',
  caption: 'image-to-text',
  classify: 'feature-extraction',
  extract: 'feature-extraction',
} as const satisfies Record<ModelTask, string>;

interface Pipelines {
  embeddings: FeatureExtractionPipeline;
  sentiment: TextClassificationPipeline;
  summarize: SummarizationPipeline;
  translate: TranslationPipeline;
  transcribe: AutomaticSpeechRecognitionPipeline;
  caption: ImageToTextPipeline;
  classify: FeatureExtractionPipeline;
  extract: FeatureExtractionPipeline;
}

export type PipelineFor<T extends ModelTask> = Pipelines[T];

interface LoadedModel {
  readonly key: string;
  readonly pipeline: Promise<{ dispose(): Promise<unknown> }>;
}

/**
 * The most recently used model, which stays loaded for the next task in this process. Only one model is loaded at a time, because two
 * models might not fit into memory.
 */
let loaded: LoadedModel | undefined;

/**
 * Returns the pipeline for a model. If the model is not loaded, disposes of the loaded model and loads this one from its folder.
 *
 * @throws `ModuleError` if the model cannot be loaded.
 */
export async function loadPipeline<T extends ModelTask>(
  task: T,
  name: string,
  { folder, precision }: { folder: string; precision: Precision },
): Promise<PipelineFor<T>> {
  const key = `${task} ${precision} ${folder}`;
  if (loaded?.key !== key) {
    const previous = loaded;
    loaded = {
      key,
      pipeline: previous ? dispose(previous).then(() => load(task, folder, precision)) : load(task, folder, precision),
    };
  }
  const { pipeline } = loaded;
  try {
    return (await pipeline) as unknown as PipelineFor<T>;
  } catch (error) {
    loaded = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModuleError(
      `Model "${name}" could not be loaded from ${folder}: ${reason.slice(0, 500)}. ` +
        `Download its files again with \`millrace models pull ${name} --force\`.`,
      { cause: error },
    );
  }
}

async function load(task: ModelTask, folder: string, precision: Precision): Promise<PipelineFor<ModelTask>> {
  const { env, pipeline } = await loadTransformersLibrary();
  // the server downloads models itself, because the library's downloads have no timeout
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.useFSCache = false;
  return await pipeline(pipelineNameByTask[task], folder, { dtype: precision, device: 'cpu' });
}

async function dispose({ pipeline }: LoadedModel): Promise<void> {
  await pipeline.then((model) => model.dispose()).catch(() => undefined);
}
