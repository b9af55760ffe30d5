import type { RequestOptions } from './client-options.js';
import type { FileRecord } from './file-record.js';

/** A file as its pipeline lists it, with what the listing leaves out. */
export interface PipelineFile extends FileRecord {
  /** The name of the pipeline that it belongs to. */
  pipeline: string;
  /** Listings and searches know files that are `ready`. */
  state: 'processing' | 'ready' | 'failed';
}

/** All files of the account, whatever their pipeline. Needs a Millrace server: the hosted protocol knows files by their pipeline. */
export interface Files {
  /** @throws `NotFoundError` */
  get(fileId: string, options?: RequestOptions): Promise<PipelineFile>;
}
