import type { SentimentScores } from '../module-contract/model-interfaces.js';
/** Returns the mean of the scores for a text's pieces, weighted by piece size. */
export declare function combineScores(scores: readonly SentimentScores[], sizes: readonly number[]): SentimentScores;
/**
 * Returns the mean of the vectors for a text's pieces, weighted by piece size. This is equivalent to mean pooling over the whole
 * text, except that the pieces do not attend to each other.
 */
export declare function combineVectors(vectors: readonly Float32Array[], sizes: readonly number[]): Float32Array;
