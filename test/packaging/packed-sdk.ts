import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The root directory of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface PackedSdk {
  /** The path of the file that would be published. */
  readonly tarball: string;
  /** A directory with the unpacked tarball as `node_modules/millrace` and its dependencies beside it. */
  readonly consumer: string;
  remove(): Promise<void>;
}

/**
 * Packs the current `dist`, and unpacks the tarball as an installation would, with links to the repository's packages instead of a
 * registry. A dependency that is missing from the package.json cannot be resolved there.
 */
export async function packSdk(): Promise<PackedSdk> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-packed-'));
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', directory], {
    cwd: root,
  });
  const tarball = join(directory, stdout.trim());
  const consumer = join(directory, 'consumer');
  await layOut(tarball, 'millrace', consumer, ['@types/node']);
  return { tarball, consumer, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** Packs the SDK as `packSdk` does, and adds the programs of `test/consumers`. */
export async function packWithPrograms(): Promise<PackedSdk> {
  const packed = await packSdk();
  await cp(join(root, 'test/consumers'), packed.consumer, { recursive: true });
  await writeFile(join(packed.consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
  return packed;
}

export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Runs a program in a directory. A non-zero exit code is not an error. */
export async function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const options = { cwd, env: { ...process.env, ...env } };
  const finished = await run(program, args, options).catch((error: unknown) => error as Finished);
  return { code: 0, ...finished };
}

/** Unpacks a tarball into the `node_modules` of a directory, with links to its dependencies and to the packages in `more`. */
export async function layOut(
  tarball: string,
  name: string,
  directory: string,
  more: readonly string[] = [],
): Promise<void> {
  const modules = join(directory, 'node_modules');
  const installed = join(modules, name);
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const dependency of [...Object.keys(manifest.dependencies), ...more]) {
    const link = join(modules, dependency);
    await mkdir(dirname(link), { recursive: true });
    const serverCopy = join(root, 'server', 'node_modules', dependency);
    const target =
      name === '@millrace/server' && existsSync(serverCopy) ? serverCopy : join(root, 'node_modules', dependency);
    await symlink(target, link, 'junction');
  }
}
