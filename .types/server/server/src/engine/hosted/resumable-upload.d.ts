import type { EngineContext } from '../engine-context.js';
/** A resumable upload that has been started. */
export interface ResumableUpload {
    /** The name of the partial blob. Each version has its own blob, so that late writes to one version cannot corrupt another. */
    readonly partialBlob: string;
    /** The client's identifier for the file's content. */
    readonly version: string;
    /** The size of the whole file, in bytes. */
    readonly length: number;
    /** Whether the upload is complete and its run has started. */
    readonly accepted: boolean;
    /** When the reservation expires if no more data arrives; `null` if the upload is complete. */
    readonly expires: Date | null;
}
/**
 * Starts a resumable upload, which replaces any upload of a different version.
 *
 * @param upload `version` distinguishes files of the same length.
 * @returns The names of the upload's partial blob and of the blob it replaces; `undefined` if the reservation no longer exists.
 */
export declare function beginResumable(context: EngineContext, fileId: string, { length, version }: {
    readonly length: number;
    readonly version: string;
}): Promise<{
    partialBlob: string;
    replaced: string | undefined;
} | undefined>;
/** Returns a file's resumable upload, or `undefined` if it was never started or the reservation has expired. */
export declare function findResumable(context: EngineContext, fileId: string): Promise<ResumableUpload | undefined>;
/** Extends the reservation by the maximum length of an interruption. @returns False if another version has replaced this one. */
export declare function extendResumable(context: EngineContext, fileId: string, version: string): Promise<boolean>;
