import type { Models } from '../../module-contract/model-interfaces.js';
/**
 * `builtin-hash-384`: hashes a text's words and their character 4-grams into a 384-dimensional unit vector.
 *
 * This matches words, not meaning: "notices" finds "notice", but "car" does not find "automobile". It needs no download, depends
 * only on the text, and returns the same numbers on every machine. It uses signed feature hashing (Weinberger et al., "Feature
 * Hashing for Large Scale Multitask Learning", 2009) and subword n-grams as in fastText.
 */
export declare const hashEmbedder: Models['embeddings'];
