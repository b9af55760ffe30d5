import type { PipelineContext } from '../../http/call-hosted.js';
import type { Download } from '../../http/transfer/download.js';
import { openDownload } from '../../http/transfer/download.js';
import { ProgressMeter } from '../../http/transfer/progress-meter.js';
import { Retries } from '../../http/retries.js';
import { TransportError } from '../../http/transport-error.js';
import type { OutputStream, StreamOutputOptions } from '../../shared/types/process.js';
import { ResponseShapeError } from '../../errors/response-error.js';
import { ContentCheck } from './content-check.js';
import { readWithResume } from './resumable-download.js';
import { retryDownload } from './download-file.js';
import { locateOutputs } from './locate-outputs.js';

/** Opens a finished file's output as a stream. If the file has several outputs, opens the first. The arguments must be valid. */
export async function streamOutput(
  context: PipelineContext,
  fileId: string,
  options: StreamOutputOptions,
): Promise<OutputStream> {
  const { outputs } = await locateOutputs(context, fileId, options);
  const [output] = outputs;
  if (!output) throw new ResponseShapeError(`Expected file ${fileId} to have an output, got none.`, undefined);
  const { url, extension } = output;
  const action = `download the output of file ${fileId}`;
  const { connection } = context;
  const download = await retryDownload(connection, url, action, options, () =>
    openDownload(connection, url, action, options),
  );
  const retries = new Retries(connection.createRetryTarget('GET', new URL(url), true), options);
  const bytes = readWithResume(connection, url, action, options, download, retries);
  const chunks = readAndCheck({ ...download, bytes }, retries, new URL(url), action, fileId, options);
  return { extension, size: download.length, [Symbol.asyncIterator]: () => chunks };
}

async function* readAndCheck(
  download: Download,
  retries: Retries,
  url: URL,
  action: string,
  fileId: string,
  { onDownloadProgress }: StreamOutputOptions,
): AsyncGenerator<Uint8Array, undefined> {
  const check = new ContentCheck(`the output of file ${fileId}`);
  const meter = new ProgressMeter(download.length, onDownloadProgress);
  try {
    for await (const chunk of download.bytes) {
      check.add(chunk);
      meter.add(chunk.length);
      yield chunk;
    }
    check.verify(download);
    onDownloadProgress?.({ loaded: meter.loaded, total: download.length ?? meter.loaded });
  } catch (error) {
    throw error instanceof TransportError ? error.toConnectionError(action, url) : error;
  } finally {
    retries.end();
    download.close();
  }
  return undefined;
}
