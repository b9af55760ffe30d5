import type { SchemaIssue, StandardSchema } from './types/standard-schema.js';
/** Thrown if a run's input does not match its schema. */
export declare class InvalidInputError extends TypeError {
    readonly name = "InvalidInputError";
    readonly issues: readonly SchemaIssue[];
    constructor(callName: string, issues: readonly SchemaIssue[]);
}
/** Returns the schema's output for a value, or the value itself if there is no schema. @throws `InvalidInputError` */
export declare function validateInput(schema: StandardSchema | undefined, value: unknown, callName: string): Promise<unknown>;
