import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { unpackTemplate } from '../../../src/store/embedded/data-template.js';

const template = new URL('../../../dist/data-template.bin', import.meta.url);

interface Cluster {
  readonly directories: readonly string[];
  readonly files: ReadonlyMap<string, Buffer>;
}

let cluster: Promise<Cluster | undefined> | undefined;

/**
 * Creates an empty cluster in a new directory, as the first start of a server does. The template is unpacked only once per process,
 * because unpacking takes a third of a start. If the build's template does not match, opening the directory creates the cluster.
 */
export async function newCluster(directory: string): Promise<string> {
  cluster ??= readCluster();
  const empty = await cluster;
  if (empty === undefined) return directory;
  mkdirSync(directory, { mode: 0o700 });
  for (const path of empty.directories) mkdirSync(join(directory, path), { mode: 0o700 });
  for (const [path, content] of empty.files) writeFileSync(join(directory, path), content, { mode: 0o600 });
  return directory;
}

async function readCluster(): Promise<Cluster | undefined> {
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-cluster-'));
  const unpacked = join(scratch, 'pg');
  try {
    if (!(await unpackTemplate(template, unpacked))) return undefined;
    const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
    const pathOf = (entry: (typeof entries)[number]): string => relative(unpacked, join(entry.parentPath, entry.name));
    const files = entries.filter((entry) => entry.isFile()).map(pathOf);
    return {
      // a directory is sorted before its subdirectories
      directories: entries
        .filter((entry) => entry.isDirectory())
        .map(pathOf)
        .sort(),
      files: new Map(files.map((path) => [path, readFileSync(join(unpacked, path))])),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
