import * as z from 'zod';
import type { RunEvent } from '../runs/run-event.js';
/** One event. Values that are too large are replaced by a placeholder. */
export declare const runEvent: z.ZodType<RunEvent>;
/** Events are validated one by one, so that an invalid event does not block the others. */
export declare const eventsRequest: z.ZodObject<{
    reporter: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUUID, z.ZodTransform<string, string>>>>;
    reports: z.ZodDefault<z.ZodArray<z.ZodUnknown>>;
    alive: z.ZodDefault<z.ZodArray<z.ZodPipe<z.ZodUUID, z.ZodTransform<string, string>>>>;
}, z.core.$strip>;
export declare const heartbeatRequest: z.ZodObject<{
    runs: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodPipe<z.ZodUUID, z.ZodTransform<string, string>>>>>;
}, z.core.$strip>;
export declare const resumeRequest: z.ZodObject<{
    reporter: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUUID, z.ZodTransform<string, string>>>>;
    worker: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodUUID, z.ZodTransform<string, string>>>>;
}, z.core.$strip>;
export declare const workerRequest: z.ZodObject<{
    name: z.ZodString;
    version: z.ZodString;
    pipelines: z.ZodArray<z.ZodObject<{
        name: z.ZodString;
        steps: z.ZodArray<z.ZodObject<{
            name: z.ZodString;
            version: z.ZodDefault<z.ZodNullable<z.ZodString>>;
        }, z.core.$strip>>;
    }, z.core.$strip>>;
}, z.core.$strip>;
