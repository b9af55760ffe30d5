import { extname, join } from 'node:path';
import { SaveError } from '../../errors/save-error.js';
import type { Connection } from '../../http/connection.js';
import { callV1 } from '../../http/call-v1.js';
import { pickRequestOptions } from '../../options/request-options.js';
import type { FetchedInput, FetchInputOptions } from '../../shared/types/process.js';
import { downloadFile, downloadToMemory } from './download-file.js';
import { DiskError } from './output-file.js';
import { prepareSaveDirectory } from './save-directory.js';

/**
 * Downloads a file's input to `<localSaveDirectory>/<fileId>.input<extension>` or into memory. The arguments must be valid.
 *
 * @throws `SaveError` if the input cannot be written to disk.
 */
export async function fetchInput(
  connection: Connection,
  fileId: string,
  options: FetchInputOptions,
): Promise<FetchedInput> {
  const directory = await prepareSaveDirectory(options);
  const action = `download the input of file ${fileId}`;
  const call = { action, method: 'GET', path: `/v1/files/${fileId}` } as const;
  const { fileName } = await callV1(connection, call, pickRequestOptions(options), (v1) => v1.fileResponse);
  const url = `${connection.apiUrl}${call.path}/input`;
  if (directory === undefined) {
    const content = await downloadToMemory(connection, url, { fileId, kind: 'input' }, action, options);
    return { fileId, fileName, path: null, content };
  }
  // use only the extension of the file name, because an unrelated local file could have the same name
  const path = join(directory, `${fileId}.input${extname(fileName)}`);
  await downloadFile(connection, url, path, action, options).catch((error: unknown) => {
    if (!(error instanceof DiskError)) throw error;
    throw new SaveError(
      `${error.message}. The server has the input of file ${fileId} until the file expires. To fetch it, call:\nclient.files.input('${fileId}')`,
      { requestId: undefined, fileId, cause: error.cause },
    );
  });
  return { fileId, fileName, path, content: null };
}
