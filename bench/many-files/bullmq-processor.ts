import type { Job } from 'bullmq';
import { indexFile, type FileJob } from './index-file.js';

/** The processor that BullMQ loads into a separate process if its worker is sandboxed. */
// eslint-disable-next-line import-x/no-default-export -- BullMQ requires it
export default (job: Job<FileJob>): Promise<void> => indexFile(job.data);
