import { createRequire } from 'node:module';
import { combineScores } from '../combine-pieces.js';
import type { Models, SentimentScores } from '../../module-contract/model-interfaces.js';
import { splitText } from '../split-text.js';

interface Vader {
  readonly SentimentIntensityAnalyzer: {
    polarity_scores(text: string): { readonly pos: number; readonly neg: number; readonly neu: number };
  };
}

// the package is a CommonJS bundle without type declarations
const { SentimentIntensityAnalyzer: vader } = createRequire(import.meta.url)('vader-sentiment') as Vader;

/** Maximum length of a piece of text, in characters. Longer texts are split, because VADER stores dozens of variants of each word. */
const maxPieceLength = 4000;
/** Words of at least this many characters are lower-cased, because VADER's check for capitals takes cubic time in a word's length. */
const longWordLength = 50;
const longWord = new RegExp(`\\S{${longWordLength},}`, 'g');

/**
 * `vader-english`: adds up the lexicon scores of words, and handles negation, emphasis and the word "but". Supports only English, and
 * usually classifies other languages as neutral.
 *
 * Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", 2014.
 */
export const vaderEnglish: Models['sentiment'] = {
  classify: async (texts) => texts.map(classifyText),
};

function classifyText(text: string): SentimentScores {
  const pieces = splitText(text, maxPieceLength, (piece) => piece.length);
  return combineScores(
    pieces.map(classifyPiece),
    pieces.map((piece) => Math.max(1, piece.length)),
  );
}

function classifyPiece(piece: string): SentimentScores {
  const { pos, neg, neu } = vader.polarity_scores(prepareForVader(piece));
  // all scores are 0 if VADER finds no words
  return pos + neg + neu === 0
    ? { positive: 0, negative: 0, neutral: 1 }
    : { positive: pos, negative: neg, neutral: neu };
}

/** Replaces curly quotes and guillemets with straight quotes, the only quotes that VADER supports, and lower-cases very long words. */
function prepareForVader(text: string): string {
  return text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”«»]/g, '"')
    .replaceAll(longWord, (word) => word.toLowerCase());
}
