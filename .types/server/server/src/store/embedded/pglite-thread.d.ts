import type { PgliteProgram } from './compile-pglite.js';
export interface PgliteThreadData {
    readonly directory: string;
}
/** Messages from the thread, in addition to raw PostgreSQL protocol bytes. */
export type PgliteThreadMessage = {
    readonly type: 'ready';
} | {
    readonly type: 'stopped';
    readonly reason: string;
} | {
    readonly type: 'syncs';
    readonly count: number;
};
/**
 * Messages to the thread, in addition to raw PostgreSQL protocol bytes. `open` is sent first, once the directory exists. Its
 * value is the compiled module.
 */
export type PgliteThreadRequest = {
    readonly open: PgliteProgram | undefined;
} | 'close' | 'syncs';
