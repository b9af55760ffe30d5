import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { Item } from '../formats/read-items.js';

/** The file that a custom module processes. */
export interface CustomModuleFile {
  /** The path of the server's file. Read it; do not change it. */
  readonly path: string;
  readonly format: DataFormat;
  /** The name that the user gave the file. Never a path to open. */
  readonly name: string;
  /**
   * Returns the text, for modules with text input. Text is extracted from an uploaded PDF, docx, pptx, HTML or Markdown file.
   *
   * @throws `ModuleError` when the file has no text, or more than the server's limits allow.
   */
  text(): Promise<string>;
  /**
   * Returns the items, for modules with JSON input: each with its text, under whatever key the previous module used.
   *
   * @throws `ModuleError` that names the invalid item.
   */
  items(): Promise<Item[]>;
  /** Returns the file's bytes. */
  bytes(): Promise<Buffer>;
}

/** What a custom module gets besides its file. */
export interface CustomModuleContext<P = Readonly<Record<string, Json>>> {
  readonly model: string;
  /** The parameters as the module's schema returns them: checked, with defaults. */
  readonly params: P;
  /** Aborted when the run is cancelled or reaches its deadline. Shortly afterwards the process is killed. */
  readonly signal: AbortSignal;
  /** A directory for this run alone. It is deleted after the run. */
  readonly scratch: string;
  /** Reports progress. At most four reports a second are sent, always including the last one. */
  readonly progress: (current: number, total?: number | null, message?: string) => void;
  /**
   * Writes a line to the run's log.
   *
   * @param level @default 'info'
   */
  readonly log: (message: string, level?: 'debug' | 'info' | 'warning' | 'error') => void;
}

/** An output file in the scratch directory, and facts about it for listings. */
export interface CustomModuleOutput {
  readonly path: string;
  readonly facts?: Readonly<Record<string, Json>>;
}

/** A schema for parameters: a `z.object(…)` of zod 4. */
export interface ParamsSchema<P> {
  safeParse(value: unknown):
    | { success: true; data: P }
    | {
        success: false;
        error: { issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      };
}

/** A custom module: see {@link defineModule}. */
export interface CustomModule<P = Readonly<Record<string, Json>>> {
  /** Lower-case letters, digits and hyphens. Must not be a built-in name. */
  readonly name: string;
  readonly input: DataFormat;
  readonly output: DataFormat;
  /** The first one is the default. @default ['base'] */
  readonly models?: readonly [string, ...string[]];
  /** A `z.object(…)` of zod 4. @default no parameters */
  readonly params?: ParamsSchema<P>;
  /** For JSON outputs: the key under which an item holds its text. @default 'snippet' */
  readonly outputKey?: string;
  /**
   * Processes the file, in a child process with a deadline and a memory limit, so it may block.
   *
   * @returns A string for text output; a list of objects, each with a text under `outputKey`, for JSON output; bytes or the
   * path of a file in `context.scratch` for any output.
   */
  run(
    file: CustomModuleFile,
    context: CustomModuleContext<P>,
  ): Promise<string | Uint8Array | readonly object[] | CustomModuleOutput>;
}
