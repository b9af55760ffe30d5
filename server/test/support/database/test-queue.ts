import { randomUUID } from 'node:crypto';
import { openQueue } from '../../../src/queue/boss-queue.js';
import type { Queue } from '../../../src/queue/queue.js';
import { openDatabase, type MillraceDatabase } from '../../../src/store/open-database.js';
import { createTestDatabase } from './test-database.js';

interface TestQueue {
  readonly db: MillraceDatabase;
  readonly queue: Queue;
  /** Creates a queue that only the caller uses. @returns Its name. */
  readonly freshQueue: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Opens a job queue on a new, empty database. */
export async function openTestQueue(options?: Parameters<typeof openQueue>[1]): Promise<TestQueue> {
  const database = await createTestDatabase();
  const db = await openDatabase(database.options);
  const queue = await openQueue(db, options);
  return {
    db,
    queue,
    freshQueue: async () => {
      const name = `m.${randomUUID()}`;
      await queue.ensureQueues([name]);
      return name;
    },
    close: async () => {
      await queue.close();
      await db.close();
      await database.cleanup();
    },
  };
}
