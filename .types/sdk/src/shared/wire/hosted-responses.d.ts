import * as z from 'zod';
import type { FileRecord } from '../types/file-record.js';
import type { KeywordHit, SearchedFile, SemanticHit } from '../types/search.js';
/** The responses of the hosted protocol. Fields are renamed; keys chosen by users (tags, module names) are not. */
export declare const processResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    file_id: z.ZodString;
    presigned_post_url_results: z.ZodNullable<z.ZodObject<{
        url: z.ZodString;
        fields: z.ZodRecord<z.ZodString, z.ZodString>;
    }, z.core.$strip>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    fileId: string;
    form: {
        url: string;
        fields: Record<string, string>;
    } | null;
    warnings: string[];
}, {
    request_id: string;
    file_id: string;
    presigned_post_url_results: {
        url: string;
        fields: Record<string, string>;
    } | null;
    warnings: string[];
}>>;
export declare const processStatusResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    file_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    process_status: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodBoolean>>>;
    failure_status: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodJSONSchema>>>;
}, z.core.$strip>, z.ZodTransform<{
    fileId: string | null;
    done: (readonly [string, boolean])[];
    failure: {
        module: string | undefined;
        message: string | undefined;
    } | undefined;
}, {
    request_id: string;
    file_id?: string | null | undefined;
    process_status?: Record<string, boolean> | null | undefined;
    failure_status?: Record<string, z.JSONType> | null | undefined;
}>>;
export declare const fetchOutputResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    process_output: z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodObject<{
        url: z.ZodString;
        extension: z.ZodString;
    }, z.core.$strip>>>>;
    message: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    outputs: {
        url: string;
        extension: string;
    }[] | undefined;
    warnings: string[];
}, {
    request_id: string;
    process_output?: {
        url: string;
        extension: string;
    }[] | null | undefined;
    message?: string | null | undefined;
    warnings: string[];
}>>;
/** The response to `delete` and `update`. Other fields are dropped. */
export declare const doneResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    warnings: string[];
}, {
    request_id?: string | null | undefined;
    warnings: string[];
}>>;
export declare const listResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    items: z.ZodArray<z.ZodPipe<z.ZodObject<{
        file_id: z.ZodString;
        process_id: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        file_name: z.ZodString;
        symbolic_directory_path: z.ZodString;
        file_tags: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>, z.ZodTransform<Record<string, string>[], Record<string, string>[] | null | undefined>>;
        file_description: z.ZodOptional<z.ZodNullable<z.ZodString>>;
        created_at: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
        last_updated: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
        expire_time: z.ZodOptional<z.ZodNullable<z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>>>;
        file_metadata: z.ZodOptional<z.ZodNullable<z.ZodObject<{
            modules: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodJSONSchema>>>;
            modules_data: z.ZodOptional<z.ZodNullable<z.ZodRecord<z.ZodString, z.ZodJSONSchema>>>;
        }, z.core.$strip>>>;
    }, z.core.$strip>, z.ZodTransform<FileRecord, {
        file_id: string;
        process_id?: string | null | undefined;
        file_name: string;
        symbolic_directory_path: string;
        file_tags: Record<string, string>[];
        file_description?: string | null | undefined;
        created_at: Date;
        last_updated: Date;
        expire_time?: Date | null | undefined;
        file_metadata?: {
            modules?: Record<string, z.JSONType> | null | undefined;
            modules_data?: Record<string, z.JSONType> | null | undefined;
        } | null | undefined;
    }>>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    items: FileRecord[];
    warnings: string[];
}, {
    request_id: string;
    items: FileRecord[];
    warnings: string[];
}>>;
export declare const showTreeResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    items: z.ZodNullable<z.ZodArray<z.ZodString>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    paths: string[] | null;
    warnings: string[];
}, {
    request_id: string;
    items: string[] | null;
    warnings: string[];
}>>;
export declare const keywordSearchResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    items: z.ZodArray<z.ZodObject<{
        file_id: z.ZodString;
        file_metadata: z.ZodPipe<z.ZodObject<{
            file_name: z.ZodString;
            symbolic_directory_path: z.ZodString;
            file_tags: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>, z.ZodTransform<Record<string, string>[], Record<string, string>[] | null | undefined>>;
            num_lines: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
            num_vectors: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
            created_at: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
            last_updated: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
        }, z.core.$strip>, z.ZodTransform<Omit<SearchedFile, "fileId">, {
            file_name: string;
            symbolic_directory_path: string;
            file_tags: Record<string, string>[];
            num_lines?: number | null | undefined;
            num_vectors?: number | null | undefined;
            created_at: Date;
            last_updated: Date;
        }>>;
        search_results: z.ZodArray<z.ZodType<KeywordHit, unknown, z.core.$ZodTypeInternals<KeywordHit, unknown>>>;
    }, z.core.$strip>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    items: {
        file: {
            fileName: string;
            symbolicDirectoryPath: string;
            symbolicFilePath: string;
            fileTags: Record<string, string>[];
            createdAt: Date;
            lastUpdated: Date;
            numLines: number | null;
            numVectors: number | null;
            fileId: string;
        };
        hits: KeywordHit[];
    }[];
    warnings: string[];
}, {
    request_id: string;
    items: {
        file_id: string;
        file_metadata: Omit<SearchedFile, "fileId">;
        search_results: KeywordHit[];
    }[];
    warnings: string[];
}>>;
export declare const semanticSearchResponse: z.ZodPipe<z.ZodObject<{
    request_id: z.ZodString;
    items: z.ZodArray<z.ZodObject<{
        file_id: z.ZodString;
        file_metadata: z.ZodPipe<z.ZodObject<{
            file_name: z.ZodString;
            symbolic_directory_path: z.ZodString;
            file_tags: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodRecord<z.ZodString, z.ZodString>>>>, z.ZodTransform<Record<string, string>[], Record<string, string>[] | null | undefined>>;
            num_lines: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
            num_vectors: z.ZodOptional<z.ZodNullable<z.ZodNumber>>;
            created_at: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
            last_updated: z.ZodPipe<z.ZodString, z.ZodTransform<Date, string>>;
        }, z.core.$strip>, z.ZodTransform<Omit<SearchedFile, "fileId">, {
            file_name: string;
            symbolic_directory_path: string;
            file_tags: Record<string, string>[];
            num_lines?: number | null | undefined;
            num_vectors?: number | null | undefined;
            created_at: Date;
            last_updated: Date;
        }>>;
        search_results: z.ZodArray<z.ZodType<SemanticHit, unknown, z.core.$ZodTypeInternals<SemanticHit, unknown>>>;
    }, z.core.$strip>>;
    warnings: z.ZodPipe<z.ZodOptional<z.ZodNullable<z.ZodArray<z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodJSONSchema>]>>>>, z.ZodTransform<string[], (string | Record<string, z.JSONType>)[] | null | undefined>>;
}, z.core.$strip>, z.ZodTransform<{
    requestId: string;
    items: {
        file: {
            fileName: string;
            symbolicDirectoryPath: string;
            symbolicFilePath: string;
            fileTags: Record<string, string>[];
            createdAt: Date;
            lastUpdated: Date;
            numLines: number | null;
            numVectors: number | null;
            fileId: string;
        };
        hits: SemanticHit[];
    }[];
    warnings: string[];
}, {
    request_id: string;
    items: {
        file_id: string;
        file_metadata: Omit<SearchedFile, "fileId">;
        search_results: SemanticHit[];
    }[];
    warnings: string[];
}>>;
export type ProcessResponse = z.output<typeof processResponse>;
export type ProcessStatusResponse = z.output<typeof processStatusResponse>;
