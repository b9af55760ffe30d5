import { MillraceError, type MillraceErrorOptions } from './millrace-error.js';
import type { Issue } from '../shared/types/error-code.js';
/** The arguments are invalid. `issues` lists all problems. Nothing was uploaded or changed. */
export declare class ValidationError extends MillraceError {
    readonly name: string;
    readonly code: 'validation' | 'chain';
    readonly issues: Issue[];
    constructor(issues: readonly Issue[], options?: MillraceErrorOptions);
    toJSON(): Record<string, unknown>;
}
/** The modules in a chain do not fit together, or the chain does not support the call. */
export declare class ChainError extends ValidationError {
    readonly name: string;
    readonly code: 'chain';
    /** The 0-based position of the module that does not fit, or `-1` if the whole chain is invalid. */
    readonly position: number;
    constructor(message: string, position: number);
    toJSON(): Record<string, unknown>;
}
