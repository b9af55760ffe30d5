import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { Item } from '../formats/read-items.js';
import type { ModuleWarning } from '../module-contract/module.js';

/** The file that a custom module processes. */
export interface CustomModuleFile {
  /** The file's path on the server. A small file is written to disk only when this property is first read. Do not modify the file. */
  readonly path: string;
  readonly format: DataFormat;
  /** The file name chosen by the user. Never use it as a path. */
  readonly name: string;
  /**
   * Returns the file's text, for modules with text input. Text is extracted from uploads in other formats, such as PDF, docx or HTML.
   *
   * @throws `ModuleError` if the file cannot be read, has no text, or exceeds the server's limits.
   */
  text(): Promise<string>;
  /**
   * Returns the items, for modules with JSON input. Each item's text is under `text`, regardless of the key that the previous module used.
   *
   * @throws `ModuleError` if the file is neither a JSON array nor JSON Lines, exceeds the server's limits, or contains an invalid item.
   */
  items(): Promise<Item[]>;
  /** Returns the file's bytes. */
  bytes(): Promise<Buffer>;
}

/** The context in which a custom module runs. */
export interface CustomModuleContext<P = Readonly<Record<string, Json>>> {
  readonly model: string;
  /** The module's parameters, after its schema has validated them and filled in defaults. */
  readonly params: P;
  /** Aborted when the run is cancelled or the module reaches its deadline. The process is killed shortly afterwards. */
  readonly signal: AbortSignal;
  /** A temporary directory for this call of `run`. The server deletes it after it has stored the output. */
  readonly scratch: string;
  /** Reports progress. Sends at most four reports per second. The final report is always sent. */
  readonly progress: (current: number, total?: number | null, message?: string) => void;
  /**
   * Warns about content that the module left out, guessed or could not read. The warning is added to the run and its log, and the run
   * continues. A run shows its first 100 warnings and counts the rest.
   *
   * @example
   * context.warn({ code: 'empty-sheet', message: 'The sheet has no rows, so it was left out.', part: 'Sheet 2' });
   */
  readonly warn: (warning: ModuleWarning) => void;
  /**
   * Writes a line to the run's log.
   *
   * @param level @default 'info'
   */
  readonly log: (message: string, level?: 'debug' | 'info' | 'warning' | 'error') => void;
}

/** An output file in the scratch directory, and metadata to show in listings. */
export interface CustomModuleOutput {
  readonly path: string;
  readonly facts?: Readonly<Record<string, Json>>;
}

/** A parameter schema, which must be a zod 4 `z.object(…)`. */
export interface ParamsSchema<P> {
  safeParse(value: unknown):
    | { success: true; data: P }
    | {
        success: false;
        error: { issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      };
}

/** A custom module. See {@link defineModule}. */
export interface CustomModule<P = Readonly<Record<string, Json>>> {
  /**
   * The module's name: at most 64 lower-case letters, digits and hyphens, starting with a letter. The name must differ from those of
   * built-in modules and, unless it contains a digit, must not look like a misspelling of one.
   */
  readonly name: string;
  readonly input: DataFormat;
  readonly output: DataFormat;
  /** The names of the module's models. The first one is the default. @default ['base'] */
  readonly models?: readonly [string, ...string[]];
  /** The parameter schema, a zod 4 `z.object(…)`. @default no parameters */
  readonly params?: ParamsSchema<P>;
  /** For JSON output, the key of each item's text. @default 'snippet' */
  readonly outputKey?: string;
  /**
   * Processes the file. This function runs in a child process with a deadline and a memory limit, so blocking code is safe.
   *
   * @returns For text output, a string. For JSON output, an array of objects, each with a string under `outputKey`. For any
   * output, bytes, or an object with the path of a file in `context.scratch`.
   */
  run(
    file: CustomModuleFile,
    context: CustomModuleContext<P>,
  ): Promise<string | Uint8Array | readonly object[] | CustomModuleOutput>;
}
