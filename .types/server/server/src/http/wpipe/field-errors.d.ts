import type * as z from 'zod';
/** A problem in a request body, in the format and wording of FastAPI and pydantic. */
interface FieldError {
    readonly type: string;
    readonly loc: readonly (string | number)[];
    readonly msg: string;
    readonly input: unknown;
    readonly ctx?: Readonly<Record<string, unknown>>;
}
/** Thrown if a request body is invalid. The response has status 422. */
export declare class FieldErrors extends Error {
    readonly detail: readonly FieldError[];
    readonly name = "FieldErrors";
    constructor(detail: readonly FieldError[]);
}
/** Returns the error for a body that is not JSON or contains text that cannot be stored. */
export declare function notJson(reason: string): FieldErrors;
/** Validates a request body. @throws {@link FieldErrors} */
export declare function checkFields<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema>;
export {};
