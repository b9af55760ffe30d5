/** Returns the similarity of each pair of sentences, from 0 to 1. It is the cosine of their rarity-weighted word counts. */
export declare function similarities(sentences: readonly string[]): Float64Array[];
/**
 * Ranks sentences by how well they represent the others; the highest rank is 1. A sentence's rank is how often a random walk
 * between similar sentences visits it. The walk restarts more often at early sentences, because texts state their topic early.
 */
export declare function rankSentences(similarity: readonly Float64Array[]): Float64Array;
