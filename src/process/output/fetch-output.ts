import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pickRequestOptions } from '../../options/request-options.js';
import { ResponseShapeError } from '../../errors/response-error.js';
import { prepareSaveDirectory } from './save-directory.js';
import { showResult } from '../../print/records.js';
import type { FetchOutputOptions, ProcessResult } from '../../shared/types/process.js';
import { fileBody } from '../../shared/wire/bodies.js';
import { downloadFile, saveInline } from './download-file.js';
import { hostedCall, type PipelineContext } from '../../http/hosted-call.js';
import type { InlineOutput } from '../../wait/read-run.js';

/** Maximum size of an output to parse, in bytes. Callers read larger outputs from the file. */
const maxParsedBytes = 5 * 2 ** 20;

/**
 * Downloads a finished file's output to `<localSaveDirectory>/<fileId><extension>`. The arguments are already validated.
 *
 * @param inline The output, if it was sent with the run's record. If it is corrupt, the output is downloaded instead.
 */
export async function fetchOutput(
  context: PipelineContext,
  fileId: string,
  options: FetchOutputOptions,
  inline?: InlineOutput,
): Promise<ProcessResult> {
  const directory = await prepareSaveDirectory(options);
  if (inline && directory !== undefined) {
    const path = nameOutput(directory, fileId, inline.extension, []);
    if (await saveInline(inline, path, options)) return toResult(context, fileId, '', [], [path]);
  }
  const what = `fetch the output of file ${fileId}`;
  const { requestId, outputs, warnings } = await hostedCall(
    context,
    { what, path: '/krixik-core-fetch-output', json: fileBody(context.name, fileId) },
    pickRequestOptions(options),
    (hosted) => hosted.fetchOutputResponse,
  );
  if (!outputs)
    throw new ResponseShapeError(`Could not ${what}: the server sent neither an output nor an error.`, undefined, {
      requestId,
    });
  const outputFiles: string[] = [];
  if (directory !== undefined) {
    for (const { url, extension } of outputs) {
      const path = nameOutput(directory, fileId, extension, outputFiles);
      await downloadFile(context.connection, url, path, `download the output of file ${fileId}`, options);
      outputFiles.push(path);
    }
  }
  return toResult(context, fileId, requestId, warnings, outputFiles);
}

async function toResult(
  { name }: PipelineContext,
  fileId: string,
  requestId: string,
  warnings: string[],
  outputFiles: string[],
): Promise<ProcessResult> {
  const output = (await parseOutput(outputFiles)) as ProcessResult['output'];
  return showResult({ requestId, fileId, pipeline: name, warnings, output, outputFiles });
}

/** Returns an output's path. A chain has one output; if there are more with the same extension, they are numbered. */
function nameOutput(directory: string, fileId: string, extension: string, usedPaths: readonly string[]): string {
  const path = join(directory, `${fileId}${extension}`);
  return usedPaths.includes(path) ? join(directory, `${fileId}_${usedPaths.length + 1}${extension}`) : path;
}

async function parseOutput(outputFiles: readonly string[]): Promise<unknown> {
  const [path, ...others] = outputFiles;
  if (path === undefined || others.length > 0 || extname(path).toLowerCase() !== '.json') return null;
  const { size } = await stat(path);
  if (size > maxParsedBytes) return null;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    throw new ResponseShapeError(`Expected the output in ${path} to be valid JSON.`, undefined);
  }
}
