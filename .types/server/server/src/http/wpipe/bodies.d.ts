import * as z from 'zod';
export declare const workerBody: z.ZodObject<{
    name: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>;
    version: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>;
    tasks: z.ZodArray<z.ZodObject<{
        name: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>;
        version: z.ZodPipe<z.ZodString, z.ZodTransform<string, string>>;
    }, z.core.$strip>>;
}, z.core.$strip>;
export declare const idBody: z.ZodObject<{
    id: z.ZodString;
}, z.core.$strip>;
export declare const taskBody: z.ZodObject<{
    task_id: z.ZodString;
    status: z.ZodEnum<{
        error: "error";
        start: "start";
        success: "success";
    }>;
    details: z.ZodDefault<z.ZodString>;
}, z.core.$strip>;
export declare const endBody: z.ZodObject<{
    id: z.ZodString;
    details: z.ZodDefault<z.ZodString>;
}, z.core.$strip>;
