import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { ModelAccess } from './model-access.js';

/** The file a module works on. Modules know neither the store nor HTTP: they get a file and give one back. */
export interface ModuleInput {
  readonly path: string;
  readonly format: DataFormat;
  /** For JSON inputs: the key of an item that holds its text, as the producing module named it. */
  readonly textKey: string;
  /** The name the user gave, for messages and as a hint to the type; never a path to open. */
  readonly fileName: string;
  /**
   * Whether this is the file as the user sent it, in any form that its format may have (a text may be a PDF). Without it,
   * a module before has written it, and it is plain.
   */
  readonly isUpload?: boolean;
}

export interface ModuleContext {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  /** A directory of this task run's own, on the same file system as the blobs; emptied afterwards. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly limits: ModuleLimits;
  /** For `openModel` of `models/open-model.ts`; without it only builtin models can be opened. */
  readonly models?: ModelAccess;
  progress(current: number, total: number | null, message?: string): void;
  /** Writes a line into the run's log, where somebody keeps one. */
  log?(message: string, level: LogLineLevel): void;
}

export interface ModuleLimits {
  /** The most characters of text that a module accepts. */
  readonly maxTextBytes: number;
  /** The most snippets (or rows) that a module may put out. */
  readonly maxItems: number;
  /** The most bytes that a module's output file may have. */
  readonly maxOutputBytes: number;
  /** The most bytes that a document (pdf, docx, pptx, html) may have, and may expand to where it is compressed. */
  readonly maxExpandedBytes: number;
  /** The most pixels that an image may have. */
  readonly maxPixels: number;
  /** The longest recording that is listened to. */
  readonly maxAudioSeconds: number;
}

/** Facts about an output, shown in listings: numbers of lines, vectors, snippets. */
export type ModuleFacts = Readonly<Record<string, Json>>;

export interface ModuleOutput {
  /** Inside the scratch directory. */
  readonly path: string;
  readonly facts: ModuleFacts;
  /** Keyword postings to be stored for search, in the format of `keyword-db/postings.ts`. */
  readonly postingsPath?: string;
  /** The texts of an embedder's vectors, to be kept for search, as `writeSnippets` of `vector-db/snippets-file.ts` writes them. */
  readonly snippetsPath?: string;
}

/** A failure that is the input's or the configuration's: the message is for the user, and trying again is no use. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

/** What a module's folder exports. */
export interface ModuleImplementation {
  run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
}
