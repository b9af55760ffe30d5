import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runIn } from './packed-sdk.js';

/** The versions to install, which `docs/where-it-runs.md` lists. */
export const versions = {
  bun: '1.4.5',
  deno: '2.9.6',
  jest: '30.5.2',
  'jest-environment-jsdom': '30.5.2',
  vitest: '4.1.12',
};

/** The major version of Node.js that runs the tests. */
export const ownMajor = process.versions.node.split('.')[0] ?? '';

export interface Runtimes {
  /** The directory with `node_modules` and the programs of `test/consumers`. */
  readonly directory: string;
  /** Returns the path of `node` of a major version. */
  node(major: string): string;
  readonly bun: string;
  readonly deno: string;
  remove(): Promise<void>;
}

/** Installs the tarball from npm as users do, with other versions of Node, other runtimes and test runners. */
export async function installRuntimes(tarball: string, majors: readonly string[]): Promise<Runtimes> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-runtimes-'));
  await cp(join(root, 'test/consumers'), directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  const others = majors.filter((major) => major !== ownMajor);
  const packages = [
    tarball,
    ...others.map((major) => `node-${major}@npm:${nodePackage()}@${major}`),
    ...Object.entries(versions).map(([name, version]) => `${name}@${version}`),
  ];
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  const { code, stderr } = await runIn(directory, 'npm', ['install', ...flags, ...packages]);
  if (code !== 0) throw new Error(`Expected npm to install ${packages.join(' ')}, got:\n${stderr}`);

  const modules = join(directory, 'node_modules');
  const programs = new Map([[ownMajor, process.execPath]]);
  for (const major of others) {
    const installed = join(modules, `node-${major}`);
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { bin: { node: string } };
    programs.set(major, join(installed, bin.node));
  }
  // npm installs only this platform's package
  const platformPackage = async (scope: string) => join(modules, scope, (await readdir(join(modules, scope)))[0] ?? '');
  return {
    directory,
    node: (major) => programs.get(major) ?? '',
    bun: join(await platformPackage('@oven'), 'bin/bun'),
    deno: join(await platformPackage('@deno'), 'deno'),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Returns the npm package that contains `node` for this platform. It has no install script. */
function nodePackage(): string {
  const { platform, arch } = process;
  const system = platform === 'win32' ? 'win' : platform;
  return `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${arch}`;
}
