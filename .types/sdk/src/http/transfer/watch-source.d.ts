import type { Readable } from 'node:stream';
import type { Deadline } from '../../shared/runtime/deadline.js';
import type { ProgressMeter } from './progress-meter.js';
/** The content to upload. */
export interface UploadBody {
    /** The content's name, for use in error messages. */
    readonly label: string;
    /** Length in bytes, or `undefined` if unknown. */
    readonly size: number | undefined;
    /** Whether `open()` can be called again. */
    readonly repeatable: boolean;
    open(): Readable;
}
/**
 * Monitors a source while the request reads it. A source error aborts the exchange and is returned separately from connection
 * errors.
 */
export declare function watchSource(source: Readable, body: UploadBody, meter: ProgressMeter, deadline: Deadline): {
    error?: unknown;
};
