import { MillraceError } from './millrace-error.js';
/** Options for a {@link SaveError}. */
export interface SaveErrorOptions {
    requestId: string | undefined;
    fileId: string;
    cause?: unknown;
}
/**
 * An output could not be saved, for example because the disk is full. The run is complete, and the server keeps the output until
 * the file expires. The message's last line is code that fetches the output.
 */
export declare class SaveError extends MillraceError {
    readonly name: string;
    readonly code: 'save';
    readonly fileId: string;
    constructor(message: string, options: SaveErrorOptions);
    toJSON(): Record<string, unknown>;
}
