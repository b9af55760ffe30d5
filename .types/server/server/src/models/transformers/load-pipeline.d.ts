import type { AutomaticSpeechRecognitionPipeline, FeatureExtractionPipeline, ImageToTextPipeline, SummarizationPipeline, TextClassificationPipeline, TranslationPipeline } from '@huggingface/transformers';
import type { ModelTask } from '../../module-contract/model-interfaces.js';
import type { Precision } from '../known-models.js';
interface Pipelines {
    embeddings: FeatureExtractionPipeline;
    sentiment: TextClassificationPipeline;
    summarize: SummarizationPipeline;
    translate: TranslationPipeline;
    transcribe: AutomaticSpeechRecognitionPipeline;
    caption: ImageToTextPipeline;
}
export type PipelineFor<T extends ModelTask> = Pipelines[T];
/**
 * Loads a model from its folder, unless it is already loaded.
 *
 * @throws `ModuleError` if the model's files are invalid.
 */
export declare function loadPipeline<T extends ModelTask>(task: T, name: string, { folder, precision }: {
    folder: string;
    precision: Precision;
}): Promise<PipelineFor<T>>;
export {};
