import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { splitText } from '../split-text.js';

/** A tokenizer without a limit says so with a very large number. */
const largestLimit = 100_000;
const commonLimit = 512;

/** How much a model reads at once, and what a text takes of it. */
export interface TextWindow {
  /** In tokens, those that the tokenizer adds included. */
  readonly size: (text: string) => number;
  /** The pieces of a text that fit; together they are the text. */
  readonly split: (text: string) => string[];
}

/**
 * @param most A limit of ours, below the model's: room for a prefix, or for an answer as long as the text.
 */
export function textWindow(tokenizer: PreTrainedTokenizer, config: object, most = Infinity): TextWindow {
  const { max_position_embeddings: positions } = config as { max_position_embeddings?: unknown };
  const limits = [tokenizer.model_max_length as unknown, positions].filter(
    (limit): limit is number => typeof limit === 'number' && limit > 0 && limit < largestLimit,
  );
  const max = Math.min(most, ...(limits.length > 0 ? limits : [commonLimit]));
  const size = (text: string): number => tokenizer.encode(text).length;
  return { size, split: (text) => splitText(text, max, size) };
}
