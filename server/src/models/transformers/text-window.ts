import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { splitText } from '../split-text.js';

/** Limits of this many tokens or more are ignored, because tokenizers without a limit declare a huge number, such as 1e30. */
const minIgnoredLimit = 100_000;
/** The limit for models that declare no limit, in tokens. */
const defaultLimit = 512;

/** A model's context window: the amount of text that the model can process at once. */
interface TextWindow {
  /** Returns the number of tokens in a text, including the special tokens that the tokenizer adds. */
  readonly countTokens: (text: string) => number;
  /** Splits a text into pieces that fit the window. Concatenating the pieces yields the original text. */
  readonly split: (text: string) => string[];
}

/**
 * Creates the context window of a model.
 *
 * @param maxTokens The maximum size of the window, in tokens, even if the model accepts more.
 */
export function createTextWindow(tokenizer: PreTrainedTokenizer, config: object, maxTokens = Infinity): TextWindow {
  const { max_position_embeddings: positions } = config as { max_position_embeddings?: unknown };
  const limits = [tokenizer.model_max_length as unknown, positions].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < minIgnoredLimit,
  );
  const max = Math.min(maxTokens, ...(limits.length > 0 ? limits : [defaultLimit]));
  const countTokens = (text: string): number => tokenizer.encode(text).length;
  return { countTokens, split: (text) => splitText(text, max, countTokens) };
}
