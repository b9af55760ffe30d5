import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { addRetryAdvice } from '../../errors/retry-advice.js';
import { ResponseShapeError } from '../../errors/response-error.js';
import { SaveError } from '../../errors/save-error.js';
import { ValidationError } from '../../errors/validation-error.js';
import type { PipelineContext } from '../../http/call-hosted.js';
import { toPrintableResult } from '../../print/records.js';
import type { ModuleName } from '../../shared/modules/module.js';
import type { FetchOutputOptions, ProcessResult } from '../../shared/types/process.js';
import type { InlineOutput } from '../../wait/read-run.js';
import { downloadFile, downloadToMemory, readInline, saveInline } from './download-file.js';
import { locateOutputs, type OutputLocations } from './locate-outputs.js';
import { DiskError } from './output-file.js';
import { decodeOutput } from './output-in-memory.js';
import { prepareSaveDirectory } from './save-directory.js';

/** Maximum size of a saved JSON output that is also parsed for the result, in bytes. */
const maxParsedBytes = 5 * 2 ** 20;

interface CompletedRun {
  readonly id: string;
  /** The output, if the server sent it inline. If this copy is corrupt, the output is downloaded instead. */
  readonly output: InlineOutput | undefined;
}

type Result = ProcessResult<readonly ModuleName[], string | false>;
type Fetched = Omit<Result, 'fileId' | 'pipeline'>;

/** The options of `fetchOutput()`, and an internal option for batches. */
export type FetchOptions = FetchOutputOptions & {
  /** The name of the saved file, without the extension. @default the file's id */
  readonly outputName?: string | undefined;
};

/**
 * Fetches a finished file's output to `<localSaveDirectory>/<outputName><extension>` or into memory. If `downloadOutput` is false, returns
 * a result without the output. The arguments must be valid.
 */
export async function fetchOutput(
  context: PipelineContext,
  fileId: string,
  options: FetchOptions,
  run?: CompletedRun,
): Promise<Result> {
  const fetched = await fetchToDirectoryOrMemory(context, fileId, options, run).catch((error: unknown) => {
    const advice = `To fetch the output later, call:\npipeline.fetchOutput('${fileId}')`;
    throw addRetryAdvice(convertError(error, fileId, run), { requestId: run?.id, fileId, advice });
  });
  return toPrintableResult({ fileId, pipeline: context.name, ...fetched });
}

async function fetchToDirectoryOrMemory(
  context: PipelineContext,
  fileId: string,
  options: FetchOptions,
  run: CompletedRun | undefined,
): Promise<Fetched> {
  const directory = await prepareSaveDirectory(options);
  if (directory !== undefined) return fetchToDirectory(directory, context, fileId, options, run?.output);
  if (options.downloadOutput !== false) return fetchToMemory(context, fileId, options, run?.output);
  const { exchangeId, warnings } = await locateOutputs(context, fileId, options);
  return { requestId: exchangeId, warnings, output: null, outputFiles: [] };
}

async function fetchToDirectory(
  directory: string,
  context: PipelineContext,
  fileId: string,
  options: FetchOptions,
  inline: InlineOutput | undefined,
): Promise<Fetched> {
  const { outputName = fileId } = options;
  if (inline) {
    const path = getOutputPath(directory, outputName, inline.extension, []);
    if (await saveInline(inline, path, options)) return toResult([path], options);
  }
  const located = await locateOutputs(context, fileId, options);
  const outputFiles: string[] = [];
  for (const { url, extension } of located.outputs) {
    const path = getOutputPath(directory, outputName, extension, outputFiles);
    await downloadFile(context.connection, url, path, `download the output of file ${fileId}`, options);
    outputFiles.push(path);
  }
  return toResult(outputFiles, options, located);
}

async function fetchToMemory(
  context: PipelineContext,
  fileId: string,
  options: FetchOutputOptions,
  inline: InlineOutput | undefined,
): Promise<Fetched> {
  const label = `the output of file ${fileId}`;
  const content = inline && (await readInline(inline, fileId, options));
  if (inline && content) {
    const output = decodeOutput(content, inline.extension, label) as Fetched['output'];
    return { requestId: '', warnings: [], output, outputFiles: [] };
  }
  const { exchangeId, warnings, outputs } = await locateOutputs(context, fileId, options);
  const [only, ...others] = outputs;
  if (!only || others.length > 0) {
    throw new ResponseShapeError(`Expected file ${fileId} to have one output, got ${outputs.length}.`, undefined);
  }
  const file = { fileId, kind: 'output' } as const;
  const bytes = await downloadToMemory(context.connection, only.url, file, `download ${label}`, options);
  const output = decodeOutput(bytes, only.extension, label) as Fetched['output'];
  return { requestId: exchangeId, warnings, output, outputFiles: [] };
}

async function toResult(
  outputFiles: string[],
  options: FetchOptions,
  { exchangeId = '', warnings = [] }: Partial<OutputLocations> = {},
): Promise<Fetched> {
  const output = (await parseOutput(outputFiles, options)) as Fetched['output'];
  return { requestId: exchangeId, warnings, output, outputFiles };
}

/** Returns the path for an output. If several outputs have the same extension, all but the first are numbered. */
function getOutputPath(directory: string, name: string, extension: string, usedPaths: readonly string[]): string {
  const path = join(directory, `${name}${extension}`);
  return usedPaths.includes(path) ? join(directory, `${name}_${usedPaths.length + 1}${extension}`) : path;
}

async function parseOutput([path, ...others]: readonly string[], { ifExists }: FetchOptions): Promise<unknown> {
  if (path === undefined || others.length > 0 || extname(path).toLowerCase() !== '.json') return null;
  if ((await stat(path)).size > maxParsedBytes) return null;
  const output = readFile(path).then((content) => decodeOutput(content, '.json', `the output in ${path}`));
  // with `skip`, the file may be an older one with any content
  return ifExists === 'skip' ? output.catch(() => null) : output;
}

/**
 * Converts a disk error to a `SaveError`. If `run` is given, also converts the `ValidationError` for an unusable directory, because the
 * output can be fetched to another directory, and adds the run's id to any other `ValidationError`. Returns other errors unchanged.
 */
function convertError(error: unknown, fileId: string, run: CompletedRun | undefined): unknown {
  const isInvalidAfterRun = error instanceof ValidationError && run !== undefined;
  if (!(error instanceof DiskError) && !isInvalidAfterRun) return error;
  if (isInvalidAfterRun && error.issues.some(({ path }) => path[0] !== 'localSaveDirectory')) {
    return new ValidationError(error.issues, { requestId: run.id, cause: error.cause });
  }
  return new SaveError(
    `${error.message}. The server has the output of file ${fileId} until the file expires. To fetch it, call:\npipeline.fetchOutput('${fileId}')`,
    { requestId: run?.id, fileId, cause: error.cause },
  );
}
