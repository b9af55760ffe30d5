/** Punkt's trained parameters for a language. */
export interface PunktLanguage {
    /** Lower-case abbreviations, without the final period. */
    readonly abbreviations: ReadonlySet<string>;
    /** Maps the first word of a collocation, without its final period, to the second. */
    readonly collocations: ReadonlyMap<string, string>;
    /** Maps a word to its `orthography` flags. */
    readonly orthography: ReadonlyMap<string, number>;
    readonly sentenceStarters: ReadonlySet<string>;
}
/**
 * Loads one language's parameters from their own file, because the package's main file loads every language (12 MB).
 *
 * @throws `ModuleError` if the package does not include the language.
 */
export declare function loadPunktLanguage(name: string): PunktLanguage;
