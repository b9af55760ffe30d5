import type { PgBoss } from 'pg-boss';
import type { Db } from '../store/db/db.js';
/**
 * Finds jobs with expired leases, and has pg-boss return them to their queues. Every 10 s, it also has pg-boss delete finished
 * jobs. It replaces pg-boss's own supervisor, which would make several writes every two seconds, even with nothing to do.
 */
export declare class BossSupervisor {
    #private;
    constructor(db: Db, boss: PgBoss, onError: (error: Error) => void);
    start(): void;
    stop(): Promise<void>;
}
