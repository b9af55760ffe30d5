import type { PipelineContext } from '../../http/hosted-call.js';
import type { Limits } from '../../shared/types/limits.js';
import type { ProcessOptions } from '../../shared/types/process.js';
import type { FileSource } from './file-source.js';
import type { Reservation } from './reserve.js';
/**
 * Uploads a file to its reservation, unless its content was included in the reservation request. If the upload fails, the
 * reservation is removed. If the whole file may have arrived, the reservation is kept, because a complete file is never deleted.
 *
 * @returns The number of bytes sent.
 */
export declare function sendFile(context: PipelineContext, source: FileSource, { fileId, form, fileName, content }: Reservation, limits: Limits, options: ProcessOptions): Promise<number>;
