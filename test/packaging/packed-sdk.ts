import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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
  await layOut(tarball, 'millrace', consumer, ['@types/node']);
  return { tarball, consumer, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** The same, with the programs of `test/consumers` beside it. */
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

/** Unpacks a tarball into the `node_modules` of a directory, beside links to what its package.json asks for, and to more. */
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
    const own = join(root, 'server', 'node_modules', dependency);
    const place = name === '@millrace/server' && existsSync(own) ? own : join(root, 'node_modules', dependency);
    await symlink(place, link, 'junction');
  }
}
