import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './packed-sdk.js';

interface Diagnostic {
  readonly code?: string;
  readonly message: string;
  readonly filename: string;
}

/**
 * Lints code with the repository's configuration, without type-aware rules. The paths must be unique and need not exist.
 *
 * @returns The rules that each file breaks, such as `house/words`, by path.
 */
export function findBrokenRules(files: readonly (readonly [path: string, code: string])[]): Map<string, string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-lint-'));
  try {
    const settings = readFileSync(`${root}.oxlintrc.json`, 'utf8').replace('"typeAware": true', '"typeAware": false');
    writeFileSync(join(directory, '.oxlintrc.json'), settings);
    cpSync(`${root}lint`, join(directory, 'lint'), { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    for (const [path, code] of files) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), code);
    }
    const { stdout, stderr } = spawnSync(process.execPath, [`${root}node_modules/oxlint/bin/oxlint`, '-f', 'json'], {
      cwd: directory,
      encoding: 'utf8',
    });
    if (!stdout.startsWith('{')) throw new Error(`Expected a report of the linter, got: ${stdout}${stderr}`);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
    const broken = new Map<string, string[]>(files.map(([path]) => [path, []]));
    for (const { code, message, filename } of diagnostics) {
      // `house(words)`
      broken.get(filename)?.push(code?.replace('(', '/').replace(')', '') ?? message);
    }
    return broken;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
