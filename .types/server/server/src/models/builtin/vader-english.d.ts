import type { Models } from '../../module-contract/model-interfaces.js';
/**
 * `vader-english`: adds up the words' lexicon scores, and handles negation, emphasis and the word "but". It supports only English
 * and classifies other languages as neutral.
 *
 * Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
 */
export declare const vaderEnglish: Models['sentiment'];
