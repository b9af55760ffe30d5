import type { ClientOptions } from '../shared/types/client-options.js';
/** A shorter key is a mistake, and masking it would hide ordinary words. */
export declare const keyRule = "a key of at least 8 characters";
/** @throws `ValidationError` that lists every problem, without values that may be secret. */
export declare function checkClientOptions(options: ClientOptions): void;
/** Returns whether a text can be a key. Keys are sent in a header. */
export declare function isKey(text: string): boolean;
/** Returns why a text cannot be a key, without the text itself. */
export declare function describeKeyProblem(text: string): string | undefined;
export declare function isProxy(text: unknown): boolean;
