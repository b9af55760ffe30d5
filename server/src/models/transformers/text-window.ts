import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { splitText } from '../split-text.js';

/** Larger values mean that the tokenizer has no limit. */
const largestLimit = 100_000;
const commonLimit = 512;

/** The window of a model: how much text it reads at once. */
interface TextWindow {
  /** The size of a text in tokens, including those that the tokenizer adds. */
  readonly size: (text: string) => number;
  /** Splits a text into pieces that fit. The pieces concatenated are the text. */
  readonly split: (text: string) => string[];
}

/**
 * @param most A lower limit than the model's, to leave space for a prefix or for the output.
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
