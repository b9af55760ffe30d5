import type { Job } from 'bullmq';
import { indexFile, type FileJob } from './index-file.js';

/** The processor that a sandboxed BullMQ worker loads in a separate process. */
// oxlint-disable-next-line import/no-default-export -- BullMQ requires it
export default (job: Job<FileJob>): Promise<void> => indexFile(job.data);
