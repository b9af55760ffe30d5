import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { ModelAccess } from './model-access.js';
/** The file that a module processes. Modules only read and write files; they do not use the store or HTTP. */
export interface ModuleInput {
    readonly path: string;
    readonly format: DataFormat;
    /** For JSON inputs, the key of each item's text, as declared by the module that produced the file. */
    readonly textKey: string;
    /** The file name chosen by the user, for error messages and as a hint about the file's format. Never use it as a path. */
    readonly fileName: string;
    /**
     * If true, the user uploaded this file, and it may be in any variant of its format (text may be a PDF). Otherwise, an earlier
     * module wrote the file in the plain variant.
     *
     * @default false
     */
    readonly isUpload?: boolean;
}
export interface ModuleContext {
    readonly model: string;
    readonly params: Readonly<Record<string, Json>>;
    /** A directory used only by this task run, on the same file system as the blobs. It is deleted after the run. */
    readonly scratch: string;
    readonly signal: AbortSignal;
    readonly limits: ModuleLimits;
    /** Access to models, for `openModel` in `models/open-model.ts`. If omitted, only built-in models can be opened. */
    readonly models?: ModelAccess;
    /** Reports the run's progress. */
    progress(current: number, total: number | null, message?: string): void;
    /** Writes a line to the run's log. Absent if the run has no log. */
    log?(message: string, level: LogLineLevel): void;
}
export interface ModuleLimits {
    /** Maximum size of a module's text input, in bytes. */
    readonly maxTextBytes: number;
    /** Maximum number of snippets, rows or vectors in one output. */
    readonly maxItems: number;
    /** Maximum size of an output file, in bytes. */
    readonly maxOutputBytes: number;
    /** Maximum size of a document (pdf, docx, pptx), both as uploaded and decompressed, in bytes. */
    readonly maxExpandedBytes: number;
    /** Maximum number of pixels in an image. */
    readonly maxPixels: number;
    /** Maximum length of a recording, in seconds. */
    readonly maxAudioSeconds: number;
}
/** Metadata about an output to show in listings, such as its number of lines or vectors. */
export type ModuleFacts = Readonly<Record<string, Json>>;
export interface ModuleOutput {
    /** The output file, inside the scratch directory. */
    readonly path: string;
    readonly facts: ModuleFacts;
    /** Keyword postings to store for search, in the format of `formats/postings-file.ts`. */
    readonly postingsPath?: string;
    /** The file with the texts that an embedder's vectors represent, for search, in the format of `formats/snippets-file.ts`. */
    readonly snippetsPath?: string;
}
/**
 * A failure caused by the input or the configuration. The message is intended for the user. A retry would fail in the same way.
 */
export declare class ModuleError extends Error {
    readonly name = "ModuleError";
}
/** Explains why a module in the catalogue cannot run on this server, for `/v1/modules` and for runs that need the module. */
export declare function missingModule(name: string): string;
/** The exports of `run.ts` in a module's folder. */
export interface ModuleImplementation {
    run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
}
