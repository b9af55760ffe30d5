import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { ModelAccess } from './model-access.js';

/** The file that a module processes. Modules know neither the store nor HTTP: they read a file and write one. */
export interface ModuleInput {
  readonly path: string;
  readonly format: DataFormat;
  /** For JSON inputs: the key that holds an item's text, as the producing module named it. */
  readonly textKey: string;
  /** The name that the user gave the file, for messages and as a hint of its type. Never a path to open. */
  readonly fileName: string;
  /**
   * Whether this is the file as the user uploaded it, in any form of its format (a text may be a PDF). Otherwise an earlier
   * module wrote it in the plain form.
   *
   * @default false
   */
  readonly isUpload?: boolean;
}

export interface ModuleContext {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  /** A directory for this task run alone, on the same file system as the blobs. It is deleted after the run. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly limits: ModuleLimits;
  /** Passed to `openModel` of `models/open-model.ts`. Without it, only builtin models can be opened. */
  readonly models?: ModelAccess;
  /** Reports how much of the work is done. */
  progress(current: number, total: number | null, message?: string): void;
  /** Writes a line to the run's log. Absent where no log is kept. */
  log?(message: string, level: LogLineLevel): void;
}

export interface ModuleLimits {
  /** The largest text that a module accepts, in bytes. */
  readonly maxTextBytes: number;
  /** The largest number of snippets, rows or vectors in one output. */
  readonly maxItems: number;
  /** The largest output file, in bytes. */
  readonly maxOutputBytes: number;
  /** The largest document (pdf, docx, pptx), in bytes, both as uploaded and decompressed. */
  readonly maxExpandedBytes: number;
  /** The largest image, in pixels. */
  readonly maxPixels: number;
  /** The longest recording, in seconds. */
  readonly maxAudioSeconds: number;
}

/** Facts about an output for listings, such as its number of lines or vectors. */
export type ModuleFacts = Readonly<Record<string, Json>>;

export interface ModuleOutput {
  /** The output file, inside the scratch directory. */
  readonly path: string;
  readonly facts: ModuleFacts;
  /** Keyword postings to store for search, in the format of `formats/postings-file.ts`. */
  readonly postingsPath?: string;
  /** The texts of an embedder's vectors, kept for search, in the format of `formats/snippets-file.ts`. */
  readonly snippetsPath?: string;
}

/** A failure caused by the input or the configuration. The message is for the user; a retry would fail in the same way. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

/** Explains why a module of the catalogue cannot run here, for `/v1/modules` and for the runs that need it. */
export function missingModule(name: string): string {
  return `this server knows the module '${name}' by name but does not have it yet; \`millrace modules\` lists what it can run`;
}

/** What the `run.ts` of a module's folder exports. */
export interface ModuleImplementation {
  run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
}
