import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface PackedSdk {
  /** The file that would be published. */
  readonly tarball: string;
  /** A directory with the tarball as `node_modules/millrace`, and beside it what its package.json asks for. */
  readonly consumer: string;
  remove(): Promise<void>;
}

/**
 * Packs `dist` as it is, and lays the tarball out as an installation would, from the packages that are here: no registry is asked.
 * A dependency that the package.json does not name cannot be found there.
 */
export async function packSdk(): Promise<PackedSdk> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-packed-'));
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    cwd: root,
  });
  const tarball = join(directory, stdout.trim());
  const consumer = join(directory, 'consumer');
  const installed = join(consumer, 'node_modules', 'millrace');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(consumer, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link, 'junction');
  }
  return { tarball, consumer, remove: () => rm(directory, { recursive: true, force: true }) };
}
