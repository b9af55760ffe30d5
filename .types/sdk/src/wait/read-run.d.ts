import type { RequestOptions } from '../shared/types/client-options.js';
import type { RunReading } from '../shared/runs/read-until-end.js';
import { type PipelineContext } from '../http/hosted-call.js';
import type { Connection } from '../http/connection.js';
/**
 * Returns the long-poll duration to request from the server, in seconds.
 *
 * @param respondBy The times at which the server must have responded once, as `performance.now()` values.
 */
export declare function longPollSeconds(respondBy: readonly number[]): number;
/**
 * Returns when the server must respond so that the run's state is known when the wait times out: a second before, or halfway
 * through a short wait.
 */
export declare function respondBefore(waitTimeout: number): number;
interface RecordSnapshot extends RunReading {
    /** The output, if it was requested and is small. */
    readonly output?: InlineOutput | undefined;
}
/** An output sent inline with its run's record. */
export interface InlineOutput {
    readonly extension: string;
    /** The SHA-256 checksum, base64-encoded. */
    readonly sha256: string;
    readonly content: Buffer;
}
interface LongPoll {
    readonly seconds: number;
    /** The server responds once the sequence number exceeds this value or, if it is omitted, once the run ends. */
    readonly since?: number | undefined;
    /** Whether to also request the output, if the server can send small outputs inline. */
    readonly wantsOutput?: boolean;
}
/**
 * Reads a run's record. The run must belong to this pipeline.
 *
 * @throws `NotFoundError` if there is no such run in this pipeline.
 */
export declare function readRun(context: PipelineContext, requestId: string, options: RequestOptions, poll?: LongPoll): Promise<RecordSnapshot>;
/** Reads any run's record from a server that supports `/v1`. @param inlineBytes Maximum size of an output to include inline. */
export declare function readRecord(connection: Connection, requestId: string, options: RequestOptions, poll: LongPoll | undefined, inlineBytes?: number | null): Promise<RecordSnapshot>;
export {};
