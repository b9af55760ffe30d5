import * as z from 'zod';
/** The hosted service sends times as `2024-05-01 12:00:00`, in UTC. */
export declare const timestamp: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
/** Ids become part of file names, so only UUIDs are accepted. */
export declare const id: z.ZodString;
export declare const tags: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>, z.ZodTransform<Record<string, string>[], Record<string, string>[] | null | undefined>>;
/** Warnings are strings in the response to `process`, and objects with one key everywhere else. */
export declare const warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
/** The extension becomes part of a file name. */
export declare const outputExtension: z.ZodString;
