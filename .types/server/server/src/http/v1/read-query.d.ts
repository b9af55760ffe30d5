import * as z from 'zod';
/** Parses the query parameters. @throws `ApiError` 400 listing the invalid parameters. */
export declare function readQuery<T extends z.ZodType>(schema: T, query: Record<string, string>): z.output<T>;
/** Validates a request body. @throws `ApiError` 400 listing the invalid fields. */
export declare function checkBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T>;
export declare function describeIssues(error: z.ZodError): string;
/** Parses an id from a path. @throws `ApiError` 404 if it is not a valid id. */
export declare function readId(text: string, noun: 'run' | 'worker' | 'file' | 'webhook'): string;
