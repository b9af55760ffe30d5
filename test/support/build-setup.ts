import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const sources = [
  'src',
  'server/src',
  'server/scripts',
  'server/dashboard',
  'scripts/emit-declarations.ts',
  'scripts/split-sdk.ts',
  'tsup.config.ts',
  'server/tsup.config.ts',
  'package-lock.json',
];

/** The last file that each step of the build writes. */
const outputs = [
  'dist/cli.js',
  'dist/index.cjs',
  'dist/index.d.cts',
  'server/dist/index.d.ts',
  'server/dist/data-template.bin',
  'server/dist/dashboard/index.html',
];

/** Builds both packages if their sources are newer. `npx vitest` only warns about an old build, so that a quick run stays quick. */
export function setup(): void {
  const built = oldestTime(outputs);
  if (newestTime(sources) < built) return;
  if (built > 0 && process.env['npm_command'] === 'exec') {
    console.warn('The build is older than the sources. Tests that start programs use it: run `npm run build`.');
    return;
  }
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Expected the build to succeed, got:\n${stdout}${stderr}`);
}

/** Returns the time of the last change in milliseconds. Includes folders, since removing a file changes its folder. */
function newestTime(paths: readonly string[]): number {
  let time = 0;
  for (const path of paths) {
    const below = statSync(join(root, path)).isDirectory()
      ? [path, ...readdirSync(join(root, path), { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))]
      : [path];
    for (const entry of below) time = Math.max(time, statSync(join(root, entry)).mtimeMs);
  }
  return time;
}

/** Returns the time of the oldest file in milliseconds, or 0 if one is missing. */
function oldestTime(paths: readonly string[]): number {
  return Math.min(...paths.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
