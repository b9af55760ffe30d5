import * as z from 'zod';
export declare const processRequest: z.ZodObject<{
    pipeline: z.ZodString;
    pipeline_ordered_modules: z.ZodArray<z.ZodString>;
    pipeline_output_process_keys: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodNullable<z.ZodString>>>>;
    modules: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodObject<{
        model: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        params: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodJSONSchema>>>;
    }, z.core.$strip>>>>;
    file_name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    symbolic_directory_path: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    file_tags: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>;
    file_description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    expire_time: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    webhook: z.ZodOptional<z.ZodNullable<z.ZodObject<{
        url: z.ZodString;
        secret: z.ZodString;
        events: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    }, z.core.$strip>>>;
    content: z.ZodOptional<z.ZodNullable<z.ZodBase64>>;
}, z.core.$strip>;
export declare const processStatusRequest: z.ZodObject<{
    pipeline: z.ZodString;
    process_id: z.ZodString;
}, z.core.$strip>;
/** The body of `fetch-output` and `delete`. */
export declare const fileRequest: z.ZodObject<{
    pipeline: z.ZodString;
    file_id: z.ZodString;
}, z.core.$strip>;
export declare const updateRequest: z.ZodObject<{
    pipeline: z.ZodString;
    file_id: z.ZodString;
    file_name: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    symbolic_directory_path: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    file_tags: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>;
    file_description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    expire_time: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strip>;
export declare const listRequest: z.ZodObject<{
    file_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_names: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_directory_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_file_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_tags: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>;
    max_files: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    pipeline: z.ZodString;
}, z.core.$strip>;
export declare const showTreeRequest: z.ZodObject<{
    pipeline: z.ZodString;
    symbolic_directory_path: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    max_files: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strip>;
export declare const keywordSearchRequest: z.ZodObject<{
    file_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_names: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_directory_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_file_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_tags: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>;
    max_files: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    pipeline: z.ZodString;
    pipeline_ordered_modules: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    query: z.ZodString;
}, z.core.$strip>;
export declare const semanticSearchRequest: z.ZodObject<{
    file_ids: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_names: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_directory_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    symbolic_file_paths: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    file_tags: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>;
    max_files: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    created_at_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_start: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    last_updated_end: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
    pipeline: z.ZodString;
    pipeline_ordered_modules: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodString>>>;
    query: z.ZodString;
    k: z.ZodOptional<z.ZodNullable<z.ZodInt>>;
}, z.core.$strip>;
export type ProcessRequest = z.infer<typeof processRequest>;
export type ListRequest = z.infer<typeof listRequest>;
export type UpdateRequest = z.infer<typeof updateRequest>;
