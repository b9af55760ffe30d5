import fs from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Init = NodeFS['init'];

/** The part of Emscripten's NODEFS that is patched here. Emscripten's types do not declare it. */
interface NodeFileSystem {
  realPath(node: unknown): string;
  node_ops: { rename: (node: unknown, newDirectory: unknown, newName: string) => void };
  stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
}

/**
 * A file system for PGlite that makes commits durable. PGlite's own file system does not implement fsync, so PostgreSQL's fsync
 * call at each commit has no effect. This file system implements it, and also syncs the directory after a rename.
 */
export class SyncedNodeFs extends NodeFS {
  /** The number of fsync calls. `assertSynced` checks that commits increase it, because the hook depends on Emscripten internals. */
  syncs = 0;

  override async init(...[pglite, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const hook = (module: { FS: unknown }): void => {
      const { filesystems } = module.FS as { filesystems: { NODEFS: NodeFileSystem } };
      this.#addSync(filesystems.NODEFS);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), hook] } };
  }

  #addSync(nodefs: NodeFileSystem): void {
    nodefs.stream_ops.fsync = ({ nfd, node }) => {
      if (nfd === undefined) this.#syncPath(nodefs.realPath(node));
      else fs.fsyncSync(nfd);
      this.syncs += 1;
      return 0;
    };
    const { rename } = nodefs.node_ops;
    nodefs.node_ops.rename = (node, newDirectory, newName) => {
      rename(node, newDirectory, newName);
      this.#syncPath(nodefs.realPath(newDirectory));
    };
  }

  #syncPath(path: string): void {
    // Windows cannot open directories, and does not need to sync them
    if (process.platform === 'win32') return;
    const descriptor = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
