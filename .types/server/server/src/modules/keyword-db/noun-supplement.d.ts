/**
 * The WordNet nouns that `wink-lexicon` omits: those with one or two characters, and a few numbers. They affect results: for
 * example, `mrs` becomes `mr`, and `us` becomes `u`.
 *
 * WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. (WordNet licence)
 */
export declare const shortNouns: readonly string[];
/** Irregular plurals with two singulars in WordNet. `wink-lexicon` contains only the longer or rarer singular. */
export declare const irregularPlurals: Readonly<Record<string, string>>;
