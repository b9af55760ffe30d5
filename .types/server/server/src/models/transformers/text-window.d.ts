import type { PreTrainedTokenizer } from '@huggingface/transformers';
/** A model's context window: how much text it can process at once. */
interface TextWindow {
    /** Returns the size of a text in tokens, including the special tokens that the tokenizer adds. */
    readonly size: (text: string) => number;
    /** Splits a text into pieces that fit. Concatenating the pieces yields the original text. */
    readonly split: (text: string) => string[];
}
/**
 * @param cap An upper bound on the model's own limit, to leave room for a prefix or for the output.
 */
export declare function textWindow(tokenizer: PreTrainedTokenizer, config: object, cap?: number): TextWindow;
export {};
