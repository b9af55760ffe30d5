import { NodeFS } from '@electric-sql/pglite/nodefs';
type Init = NodeFS['init'];
/**
 * Makes PGlite's directory durable. PGlite's own file system does not implement fsync, so PostgreSQL's fsync call at each commit
 * has no effect. This file system syncs the file and, after a rename, also the directory.
 *
 * `syncs` counts the fsync calls. `refuseUnsynced` checks that commits increase the count, because the hook depends on Emscripten
 * internals.
 */
export declare class SyncedNodeFs extends NodeFS {
    #private;
    syncs: number;
    init(...[pglite, options]: Parameters<Init>): ReturnType<Init>;
}
export {};
