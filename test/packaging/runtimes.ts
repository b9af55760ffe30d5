import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The major version that runs the tests. */
export const ownMajor = process.versions.node.split('.')[0] ?? '';

export interface Runtimes {
  /** The program `node` of a major version. */
  program(major: string): string;
  remove(): Promise<void>;
}

/** Versions of Node from npm, as its package `node` has them: one package for each platform, with nothing to run. */
export async function installRuntimes(majors: readonly string[]): Promise<Runtimes> {
  const { platform, arch } = process;
  const system = platform === 'win32' ? 'win' : platform;
  const packageName = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${system}-${arch}`;
  const directory = await mkdtemp(join(tmpdir(), 'millrace-runtimes-'));
  await writeFile(join(directory, 'package.json'), '{ "private": true }\n');
  const wanted = majors.filter((major) => major !== ownMajor);
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  const packages = wanted.map((major) => `node-${major}@npm:${packageName}@${major}`);
  await run('npm', ['install', ...flags, ...packages], { cwd: directory });
  const programs = new Map([[ownMajor, process.execPath]]);
  for (const major of wanted) {
    const installed = join(directory, 'node_modules', `node-${major}`);
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { bin: { node: string } };
    programs.set(major, join(installed, bin.node));
  }
  return {
    program: (major) => programs.get(major) ?? '',
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
