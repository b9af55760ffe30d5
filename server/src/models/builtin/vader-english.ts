import { createRequire } from 'node:module';
import { combineScores } from '../combine-scores.js';
import type { Models, SentimentScores } from '../../module-contract/model-interfaces.js';
import { splitText } from '../split-text.js';

interface Vader {
  readonly SentimentIntensityAnalyzer: {
    polarity_scores(text: string): { readonly pos: number; readonly neg: number; readonly neu: number };
  };
}

// a bundle without types, for CommonJS
const { SentimentIntensityAnalyzer: vader } = createRequire(import.meta.url)('vader-sentiment') as Vader;

/** It keeps fifty entries for each word of a text, and sees one mood in it: longer ones are judged in pieces. */
const longestText = 4000;
/** Of letters in a word that may say something. Its search for words in capitals takes the cube of their length. */
const longestWord = 50;
const longWord = new RegExp(`\\S{${longestWord},}`, 'g');

/**
 * `vader-english`: adds up what the words of a lexicon say, with regard to negation, emphasis and the word "but". English only: of
 * other languages it knows nothing, and calls them neutral.
 *
 * Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
 */
export const vaderEnglish: Models['sentiment'] = {
  classify: async (texts) => texts.map(classifyText),
};

function classifyText(text: string): SentimentScores {
  const pieces = splitText(text, longestText, (piece) => piece.length);
  return combineScores(
    pieces.map(classifyPiece),
    pieces.map((piece) => Math.max(1, piece.length)),
  );
}

function classifyPiece(piece: string): SentimentScores {
  const { pos, neg, neu } = vader.polarity_scores(prepare(piece));
  // of a text without words it gives nothing at all
  return pos + neg + neu === 0
    ? { positive: 0, negative: 0, neutral: 1 }
    : { positive: pos, negative: neg, neutral: neu };
}

/** It knows typewriter quotes only, and without them neither "don't" nor a word in quotation marks. */
function prepare(text: string): string {
  return text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”«»]/g, '"')
    .replaceAll(longWord, (word) => word.toLowerCase());
}
