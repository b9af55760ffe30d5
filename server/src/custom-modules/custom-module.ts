import type { Json } from 'millrace/shared/types/json.js';
import type { DataFormat } from 'millrace/shared/modules/module.js';
import type { Item } from '../formats/read-items.js';

/** The file that a module of your own works on. */
export interface CustomModuleFile {
  /** A file of the server's: read it, change nothing in it. */
  readonly path: string;
  readonly format: DataFormat;
  /** The name that the user gave it; never a path to open. */
  readonly name: string;
  /**
   * The text, for modules that take text: of a PDF, docx, pptx, HTML or Markdown file too, where that is what the user sent.
   *
   * @throws `ModuleError` when there is no text in it, or more than the server's limits allow.
   */
  text(): Promise<string>;
  /**
   * The items, for modules that take JSON: each with its text, whatever the module before calls it.
   *
   * @throws `ModuleError` that names the item at fault.
   */
  items(): Promise<Item[]>;
  /** The bytes as they are. */
  bytes(): Promise<Buffer>;
}

/** What a module of your own is given beside its file. */
export interface CustomModuleContext<P = Readonly<Record<string, Json>>> {
  readonly model: string;
  /** As the module's schema gives them: checked, with its defaults. */
  readonly params: P;
  /** Aborted when the run is cancelled or its time is up. A moment later the process ends. */
  readonly signal: AbortSignal;
  /** A directory of this run's own. What lies there at the end is removed. */
  readonly scratch: string;
  /** Tells how far it is: at most four reports a second are passed on, and the last one always. */
  readonly progress: (current: number, total?: number | null, message?: string) => void;
  /**
   * Writes a line into the run's log.
   *
   * @param level @default 'info'
   */
  readonly log: (message: string, level?: 'debug' | 'info' | 'warning' | 'error') => void;
}

/** A file in the scratch directory, and facts about it for listings. */
export interface CustomModuleOutput {
  readonly path: string;
  readonly facts?: Readonly<Record<string, Json>>;
}

/** What can check parameters: a `z.object(…)` of zod 4. */
export interface ParamsSchema<P> {
  safeParse(value: unknown):
    | { success: true; data: P }
    | {
        success: false;
        error: { issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
      };
}

/** A module of your own: see {@link defineModule}. */
export interface CustomModule<P = Readonly<Record<string, Json>>> {
  /** Lower-case letters, digits and hyphens; none of the built-in names. */
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
   * Does the work, in a process of the server's pool: with a deadline and a memory limit, so that it may block.
   *
   * @returns For text outputs a string; for JSON outputs a list of objects, each with a text under `outputKey`; for any
   * output bytes, or the path of a file in `context.scratch`.
   */
  run(
    file: CustomModuleFile,
    context: CustomModuleContext<P>,
  ): Promise<string | Uint8Array | readonly object[] | CustomModuleOutput>;
}
