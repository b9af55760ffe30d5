import {
  isMillraceError,
  type Client,
  type FetchOutputOptions,
  type FileOutputOptions,
  type ProcessResult,
} from '../../index.js';
import { formatWarning } from '../../shared/runs/run-warning.js';
import { isFinalState } from '../../shared/runs/run-state.js';
import { defineCommand, UsageError, type OptionValues } from '../command.js';
import { serverOptions } from '../options/global-options.js';
import { readChoice, readInteger } from '../options/option-values.js';
import { exitCode, type ExitCode } from '../output/exit-code.js';
import type { Output } from '../output/output.js';
import { createProgress } from '../output/progress-display.js';
import { connect } from '../session/connect.js';
import { describeFileExpiry } from './process/print-expiry.js';
import { fetchBatch } from './runs/fetch-batch.js';
import { createNamedPipeline, findPipelineOfFile, pipelineOfFileOption } from '../session/named-pipeline.js';

export const fetchCommand = defineCommand({
  name: 'fetch',
  summary: 'save the output or the input of a file, or all outputs of a batch',
  arguments: { usage: 'FILE_ID|RUN_ID|BATCH_ID', min: 1, max: 1 },
  details: [
    'Saves the output as <file id><extension>, and prints its path. On standard error, prints when the server deletes the file.',
    '--input saves <file id>.input<extension>, if the server has kept the input. --items saves nothing.',
  ],
  options: {
    ...pipelineOfFileOption,
    save: {
      type: 'string',
      placeholder: 'DIR',
      help: 'the directory for the output; created if missing (default: the working directory)',
    },
    'if-exists': {
      type: 'string',
      placeholder: 'ACTION',
      choices: ['error', 'overwrite', 'skip'],
      help: 'what to do if the output exists: error, overwrite or skip (default: error)',
    },
    input: { type: 'boolean', help: 'save the input file instead of the output' },
    items: { type: 'boolean', help: 'print the items of the output: lines, snippets, keywords, words on an image' },
    search: { type: 'string', placeholder: 'TEXT', help: 'only items that contain this text (with --items)' },
    offset: { type: 'string', placeholder: 'N', help: 'skip the first N items (with --items; default: 0)' },
    limit: { type: 'string', placeholder: 'N', help: 'at most N items (with --items; default: 100)' },
    ...serverOptions,
  },
  examples: [
    ['save an output in out/', 'millrace fetch 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --save out/'],
    [
      'print the snippets that contain a word',
      'millrace fetch 6a3126a2-11f0-4c3c-8b3b-0a9c2a0c3a70 --items --search notice',
    ],
  ],
  async run(call) {
    const { values, positionals, output, signal } = call;
    const [id = ''] = positionals;
    const ifExists = readChoice('if-exists', values['if-exists'], ['error', 'overwrite', 'skip']);
    const itemOptions = readItemOptions(values);
    const client = connect(call);
    const progress = createProgress(output, { printsLines: false });
    try {
      if (itemOptions) return await printItems(client, output, id, { ...itemOptions, signal });
      const options: FetchOutputOptions = {
        localSaveDirectory: values.save,
        ifExists,
        signal,
        onDownloadProgress: ({ loaded, total }) =>
          progress.update(id, 'downloading', total ? loaded / total : undefined),
      };
      if (values.input) {
        const { content: _, ...saved } = await client.files.input(id, options);
        progress.close();
        output.result(saved, () => [saved.path ?? '']);
        if (!output.json) {
          // the input is already saved, so ignore an error here
          const file = await client.files.get(id, { signal }).catch(() => undefined);
          if (file) output.note(describeFileExpiry(id, file.expiresAt));
        }
        return exitCode.ok;
      }
      const fetched = await fetchByFileId(client, values, id, options).catch(async (error: unknown) => {
        if (!isMillraceError(error, 'not_found')) throw error;
        return fetchByRunId(client, values, id, options, error);
      });
      progress.close();
      if (!fetched) return await fetchBatch(client, id, { localSaveDirectory: values.save, ifExists, signal }, call);
      const { fileId, pipeline, outputFiles, warnings } = fetched;
      output.result({ fileId, pipeline, outputFiles, warnings }, () => outputFiles);
      for (const warning of warnings) output.warn(formatWarning(warning));
      if (!output.json) {
        // the output is already saved, so ignore an error here
        const listing = await createNamedPipeline(client, pipeline)
          .list({ fileIds: [fileId] }, { signal })
          .catch(() => undefined);
        for (const { expiresAt } of listing?.items ?? []) output.note(describeFileExpiry(fileId, expiresAt));
      }
      return exitCode.ok;
    } finally {
      progress.close();
      await client.close();
    }
  },
});

interface ItemOptionValues {
  readonly items?: boolean | undefined;
  readonly input?: boolean | undefined;
  readonly search?: string | undefined;
  readonly offset?: string | undefined;
  readonly limit?: string | undefined;
}

/**
 * Reads the options for `--items`. Returns `undefined` if `--items` is not given.
 *
 * @throws `UsageError` if options are invalid or conflict.
 */
function readItemOptions({ items, input, search, offset, limit }: ItemOptionValues): FileOutputOptions | undefined {
  if (items && input) throw new UsageError('Expected either --items or --input, got both.');
  const options = {
    search,
    offset: readInteger('offset', offset),
    limit: readInteger('limit', limit, { min: 1, max: 1000 }),
  };
  if (items) return options;
  const [option] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) throw new UsageError(`--${option} can only be used with --items.`);
  return undefined;
}

async function printItems(client: Client, output: Output, id: string, options: FileOutputOptions): Promise<ExitCode> {
  const page = await client.files.output(id, options);
  output.result(page, () => page.items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))));
  if (page.nextOffset !== null) {
    output.note(`${page.items.length} of ${page.total} items. Continue with --offset ${page.nextOffset}`);
  }
  return exitCode.ok;
}

type PipelineOptionValues = OptionValues<typeof pipelineOfFileOption>;

async function fetchByFileId(
  client: Client,
  values: PipelineOptionValues,
  fileId: string,
  options: FetchOutputOptions,
): Promise<ProcessResult> {
  const pipeline = await findPipelineOfFile(client, values, fileId, options.signal);
  return pipeline.fetchOutput(fileId, options);
}

/**
 * Fetches the output of a run. Without `--pipeline`, returns `undefined` if the id belongs to a batch.
 *
 * @param fileNotFoundError The error from the lookup by file id, thrown if no run or batch is found either.
 */
async function fetchByRunId(
  client: Client,
  { pipeline }: PipelineOptionValues,
  id: string,
  options: FetchOutputOptions,
  fileNotFoundError: Error,
): Promise<ProcessResult | undefined> {
  const { signal } = options;
  const request = pipeline
    ? createNamedPipeline(client, pipeline).processStatus(id, { signal })
    : client.runs.get(id, { signal });
  const run = await request.catch(async (error: unknown) => {
    if (!isMillraceError(error, 'not_found')) throw error;
    if (!pipeline && (await isBatch(client, id, signal))) return undefined;
    fileNotFoundError.message += ' There is no run with this id either.';
    throw fileNotFoundError;
  });
  if (!run) return undefined;
  const { state, kind, of, fileId } = run;
  if (!isFinalState(state)) {
    throw new Error(`Run ${id} has not finished yet. Wait for it with: millrace status ${id} --watch`);
  }
  if (state !== 'completed') {
    throw new Error(`Run ${id} is ${state}, so there is no output. To see why: millrace status ${id}`);
  }
  if (fileId === null) {
    throw new Error(`Run ${id} executed your own ${kind}, so its output is not a file on the server.`);
  }
  return createNamedPipeline(client, pipeline ?? of).fetchOutput(fileId, options);
}

async function isBatch(client: Client, id: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.batches.get(id, { signal });
    return true;
  } catch (error) {
    if (isMillraceError(error, 'not_found')) return false;
    throw error;
  }
}
