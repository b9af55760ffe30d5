import { statSync } from 'node:fs';
import { isMillraceError, type Pipeline } from '../../../index.js';
import { isWithin } from '../../../shared/runtime/is-within.js';
import { UsageError } from '../../command.js';
import { CsvTable, readSavedOutput } from '../../output/csv-table.js';
import type { Output } from '../../output/output.js';

/** The table that `--csv` writes. */
export class OutputTable {
  readonly #table: CsvTable;
  /** The files whose records contain no output. `write` reads their outputs from disk or downloads them. */
  readonly #pending: { readonly file: string; readonly fileId: string; readonly path: string | undefined }[] = [];

  /** @throws `UsageError` if the table would be written into an input directory. */
  constructor(path: string, includesCitations: boolean, inputs: readonly string[]) {
    const isInInputDirectory = inputs.some(
      (input) =>
        statSync(input, { throwIfNoEntry: false, bigint: true })?.isDirectory() === true && isWithin(path, input),
    );
    if (isInInputDirectory) {
      throw new UsageError(`Expected --csv to be outside the directories that are processed, got '${path}'.`);
    }
    this.#table = new CsvTable(path, { includesCitations });
  }

  /** @param record The object that `--json` prints for a file. */
  add(file: string, record: Readonly<Record<string, unknown>>): void {
    const { status, output, fileId, outputFiles } = record;
    if (status !== 'completed' && status !== 'skipped') return;
    if (output !== null && output !== undefined) this.#table.add(file, output);
    else this.#pending.push({ file, fileId: String(fileId), path: (outputFiles as string[] | undefined)?.[0] });
  }

  /** Writes the CSV files and prints their paths. */
  async write(pipeline: Pipeline, output: Output, signal: AbortSignal): Promise<void> {
    for (const { file, fileId, path } of this.#pending) {
      if (signal.aborted) break;
      try {
        const saved = await readSavedOutput(path).catch(() => undefined);
        this.#table.add(
          file,
          saved ?? (await pipeline.fetchOutput(fileId, { localSaveDirectory: false, signal })).output,
        );
      } catch (error) {
        if (!isMillraceError(error)) throw error;
        output.warn(`${file}: left out of the table, because its output could not be fetched. ${error.message}`);
      }
    }
    for (const path of await this.#table.write()) output.note(`Wrote ${path}`);
  }
}
