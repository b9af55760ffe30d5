import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { LogLineLevel } from 'millrace/shared/runs/run-event.js';
import type { ModelAccess } from './model-access.js';

/** The file that a module processes. Modules read and write files; they do not access the store or the HTTP API. */
export interface ModuleInput {
  /** The path of the file. For a small input, the file is written when this property is first read. */
  readonly path: string;
  /** The content of a small input. Prefer it to `path`, because reading `path` writes the content to a file. */
  readonly content?: Uint8Array;
  readonly format: DataFormat;
  /** For JSON inputs, the key of each item's text: the previous module's output key or, in the first step, this module's input key. */
  readonly textKey: string;
  /** The file name chosen by the user, for error messages and as a hint about the file's format. Never use it as a path. */
  readonly fileName: string;
  /**
   * Whether the user uploaded this file. An uploaded `text` file can be a document, such as a PDF. The `text` output of an earlier
   * module is always plain text.
   *
   * @default false
   */
  readonly isUpload?: boolean;
}

/** A warning about content that a module left out, guessed or could not read. */
export interface ModuleWarning {
  /** A stable, machine-readable code in kebab case. */
  readonly code: string;
  /** One sentence for the user, truncated to 500 characters. */
  readonly message: string;
  /** The 1-based number of the page or slide. */
  readonly page?: number | undefined;
  /** The name of the part of the file, such as a sheet. */
  readonly part?: string | undefined;
}

/** Adds a warning to the run. Never throws. */
export type Warn = (warning: ModuleWarning) => void;

export interface ModuleContext {
  readonly model: string;
  readonly params: Readonly<Record<string, Json>>;
  /** A directory for this task only, on the same file system as the blobs. It is deleted after the task. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly limits: ModuleLimits;
  /** Access to models, for `openModel`. If omitted, only built-in models and models in npm packages can be opened. */
  readonly models?: ModelAccess;
  /** Reports the module's progress. `total` is `null` if it is unknown. */
  progress(current: number, total: number | null, message?: string): void;
  /** Adds a warning to the run and its log. Only the first 100 warnings of a module are stored and logged; the rest are counted. */
  readonly warn: Warn;
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
  /** Maximum size of a document, such as a PDF or DOCX file, both as uploaded and decompressed, in bytes. */
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
  /** The file with the keyword postings to store for search, in the format of `formats/postings-file.ts`. */
  readonly postingsPath?: string;
  /** The keyword postings as a string, instead of `postingsPath`, if they are short. */
  readonly postings?: string;
  /** The file with the texts that an embedder's vectors represent, for search, in the format of `formats/snippets-file.ts`. */
  readonly snippetsPath?: string;
}

/**
 * A failure caused by the input, the configuration or an endpoint. The message is for the user. By default, the step is not retried,
 * because it would fail again. If `retryAfterSeconds` is set, the engine retries the step after that delay, within limits on the delay
 * and on the number of attempts.
 */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterSeconds?: number | undefined } = {}) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Explains why a module in the catalogue cannot run on this server, for `/v1/modules` and for runs that need the module. */
export function describeUnavailableModule(name: string): string {
  return `this server recognizes the module '${name}', but cannot run it; \`millrace modules\` lists the modules that it can run`;
}

/** The exports of `run.ts` in a module's folder. */
export interface ModuleImplementation {
  run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput>;
}
