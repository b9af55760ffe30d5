import fs from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Init = NodeFS['init'];

/** The internals of Emscripten's NODEFS that {@link SyncedNodeFs} uses. Emscripten's types do not declare them. */
interface NodeFileSystem {
  realPath(node: unknown): string;
  node_ops: { rename: (node: unknown, newDirectory: unknown, newName: string) => void };
  stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
}

/**
 * A file system for PGlite that makes commits durable. `NodeFS` does not implement fsync, so PostgreSQL's fsync call at each commit
 * has no effect. This class implements fsync, and also syncs the target directory after a rename.
 */
export class SyncedNodeFs extends NodeFS {
  /** The number of successful fsync calls. `assertSynced` compares it with the number of commits. */
  syncCount = 0;

  override async init(...[pglite, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const hook = (module: { FS: unknown }): void => {
      const { filesystems } = module.FS as { filesystems: { NODEFS: NodeFileSystem } };
      this.#patch(filesystems.NODEFS);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), hook] } };
  }

  #patch(nodefs: NodeFileSystem): void {
    nodefs.stream_ops.fsync = ({ nfd, node }) => {
      // some versions of NODEFS open no file descriptor for directories
      if (nfd === undefined) this.#syncDirectory(nodefs.realPath(node));
      else fs.fsyncSync(nfd);
      this.syncCount += 1;
      return 0;
    };
    const { rename } = nodefs.node_ops;
    nodefs.node_ops.rename = (node, newDirectory, newName) => {
      rename(node, newDirectory, newName);
      this.#syncDirectory(nodefs.realPath(newDirectory));
    };
  }

  #syncDirectory(path: string): void {
    // Windows cannot open directories, but journals changes to them
    if (process.platform === 'win32') return;
    const descriptor = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
