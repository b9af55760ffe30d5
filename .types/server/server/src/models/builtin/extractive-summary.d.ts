import type { Models } from '../../module-contract/model-interfaces.js';
/**
 * `builtin-extractive`: selects the sentences that are most similar to the rest of the text and returns them unchanged, in order.
 * It needs no download and works in any language.
 *
 * Erkan and Radev, "LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", 2004; for avoiding
 * repetition, Carbonell and Goldstein, "The Use of MMR", 1998.
 */
export declare const extractiveSummary: Models['summarize'];
