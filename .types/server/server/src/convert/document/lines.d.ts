import { ModuleError } from '../../module-contract/module.js';
/** Collects a document's text, without blank lines at the start or end. */
export declare class Lines {
    #private;
    constructor(maxBytes: number);
    /** Whether the current line is empty. */
    get atLineStart(): boolean;
    /** @throws `ModuleError` if the text exceeds the limit. */
    add(text: string): void;
    /** Ends the current line, even if it is empty. */
    newline(): void;
    /** Ensures that the next text starts on a new line, after at least `empty` blank lines. */
    break(empty?: number): void;
    toString(): string;
}
export declare function textTooLarge(maxBytes: number): ModuleError;
