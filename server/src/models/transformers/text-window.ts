import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { splitText } from '../split-text.js';

/** A tokenizer's limit of at least this many tokens means that there is no limit. */
const noLimit = 100_000;
const defaultLimit = 512;

/** A model's context window: how much text it can process at once. */
interface TextWindow {
  /** Returns the size of a text in tokens, including the special tokens that the tokenizer adds. */
  readonly measure: (text: string) => number;
  /** Splits a text into pieces that fit the window. Concatenating the pieces yields the original text. */
  readonly split: (text: string) => string[];
}

/**
 * Creates the context window of a model.
 *
 * @param cap The maximum size of the window, in tokens, to leave room for a prefix or for the output.
 */
export function createTextWindow(tokenizer: PreTrainedTokenizer, config: object, cap = Infinity): TextWindow {
  const { max_position_embeddings: positions } = config as { max_position_embeddings?: unknown };
  const limits = [tokenizer.model_max_length as unknown, positions].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < noLimit,
  );
  const max = Math.min(cap, ...(limits.length > 0 ? limits : [defaultLimit]));
  const measure = (text: string): number => tokenizer.encode(text).length;
  return { measure, split: (text) => splitText(text, max, measure) };
}
