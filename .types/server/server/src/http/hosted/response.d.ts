import type { FileSelection } from '../../store/tables/select-files.js';
/**
 * A hosted protocol response. Clients throw an unrelated error if a key is missing, so an error response contains every key that
 * any client reads.
 */
export interface HostedResponse {
    readonly status: 200 | 400 | 403 | 413 | 500 | 503;
    readonly body: Readonly<Record<string, unknown>>;
    /** The key whose numbers Python clients must parse as floats. An integer under it is written as `0.0` instead of `0`. */
    readonly floatKey?: string;
}
export declare function ok(body: HostedResponse['body']): HostedResponse;
interface Refusal {
    readonly pipeline?: string | null;
    readonly requestId: string;
    readonly fileId?: string | null;
    readonly message: string;
    /** An error code for programs. Clients of the original protocol ignore it. */
    readonly code: string;
    readonly items?: null | [];
}
export declare function refuse(status: HostedResponse['status'], refusal: Refusal): HostedResponse;
/** A warning: an object with a single entry. Responses to `process` do not use this type. */
export type Warning = Readonly<Record<string, unknown>>;
/**
 * Returns warnings for arguments without matches. Clients rely on the order: first the ids, then all other arguments in one list.
 */
export declare function selectionWarnings({ missingIds, misses }: FileSelection): Warning[];
/** Formats a date as `YYYY-MM-DD HH:MM:SS` in UTC, the only format that clients can parse. */
export declare function timestamp(date: Date): string;
export declare function toResponse({ status, body, floatKey }: HostedResponse): Response;
/** Returns a JSON response in ASCII, so that clients that guess the encoding still parse it correctly. */
export declare function asciiResponse(status: number, body: unknown): Response;
export {};
