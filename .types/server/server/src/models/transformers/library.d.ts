import type * as Transformers from '@huggingface/transformers';
/** Returns instructions for installing the library, or `undefined` if it is installed. */
export declare function missingLibrary(): string | undefined;
export declare function loadLibrary(): Promise<typeof Transformers>;
