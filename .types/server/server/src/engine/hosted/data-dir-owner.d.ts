import type { Db } from '../../store/db/db.js';
/**
 * Whether the data directory belongs to this database. The first database claims the directory, because any other database would
 * treat all files in it as leftovers.
 */
export declare function ownsFiles(db: Db, dataDir: string): Promise<boolean>;
/**
 * Checks that this is the directory in which the other servers and workers of the database keep their files. Otherwise, every run
 * that this process takes would fail, for example because a disk is not mounted.
 *
 * @throws If the directory is another one. Nothing is written into it then.
 */
export declare function assertSameFiles(db: Db, dataDir: string): Promise<void>;
