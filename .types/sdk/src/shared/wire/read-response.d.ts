import type * as z from 'zod';
export type ResponseSchema<Output> = z.ZodType<Output>;
/**
 * Validates a response against its schema and renames its fields.
 *
 * @param what The action, phrased to follow "Could not".
 * @throws `ResponseShapeError` that lists the invalid fields.
 */
export declare function readResponse<Output>(schema: ResponseSchema<Output>, body: unknown, what: string): Output;
