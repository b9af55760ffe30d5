import type { RequestOptions } from '../shared/types/client-options.js';
import type { FileChanges, FileRecord } from '../shared/types/file-record.js';
import { type PipelineContext } from '../http/hosted-call.js';
/** Updates a file's metadata. The response is only a sentence, so the updated record is read by listing the file. */
export declare function updateFile(context: PipelineContext, fileId: string, changes: FileChanges, options: RequestOptions): Promise<FileRecord>;
