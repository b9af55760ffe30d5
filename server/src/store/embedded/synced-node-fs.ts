import fs from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';

type Init = NodeFS['init'];

/** The part of Emscripten's NODEFS that is changed here; its own types do not show it. */
interface NodeFileSystem {
  realPath(node: unknown): string;
  node_ops: { rename: (node: unknown, newDirectory: unknown, newName: string) => void };
  stream_ops: { fsync?: (stream: { nfd?: number; node: unknown }) => number };
}

/**
 * PGlite's directory on disk, made durable. As shipped, PGlite's file system has no fsync: PostgreSQL asks for one at
 * each commit, and nothing reaches the disk. This one passes it on, and also syncs the directory of a renamed file.
 *
 * `syncs` counts them: whoever opens the database checks that commits raise it, because all this leans on an
 * internal object of Emscripten.
 */
export class SyncedNodeFs extends NodeFS {
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
    // Windows neither opens directories nor needs this
    if (process.platform === 'win32') return;
    const descriptor = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}
