import type { Job } from 'bullmq';
import { indexFile, type FileJob } from './index-file.js';

/** What BullMQ loads into a process of its own, when its worker is told to keep the work apart. */
// eslint-disable-next-line import-x/no-default-export -- BullMQ asks for it
export default (job: Job<FileJob>): Promise<void> => indexFile(job.data);
