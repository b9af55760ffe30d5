import type { Models } from '../../module-contract/model-interfaces.js';
import type { PipelineFor } from './load-pipeline.js';
/**
 * Creates an embedder with mean pooling and without normalisation. It embeds one text at a time because, in a batch, padding and
 * quantisation would make the vectors depend on each other.
 */
export declare function localEmbeddings(extract: PipelineFor<'embeddings'>): Models['embeddings'];
