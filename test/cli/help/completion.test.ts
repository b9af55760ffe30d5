import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from 'millrace/cli/command-list.js';
import { expandGlobs } from 'millrace/cli/commands/process/expand-globs.js';
import { runInProcess } from '../support/run-in-process.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

let script: string;
beforeAll(async () => {
  script = (await runInProcess(['completion', 'bash'], { cwd: tmpdir() })).stdout;
});

/** Returns the completions that bash offers for the last word. */
function complete(...words: string[]): string[] {
  const command = `${script}
COMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', command, 'bash', 'millrace', ...words], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('millrace completion bash', () => {
  it('offers every command and every option of a command', () => {
    expect(complete('')).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    expect(complete('proc')).toEqual(['process']);
    for (const { name, options } of commands) {
      expect(complete(name, '--')).toEqual(
        expect.arrayContaining([...Object.keys(options), 'help', 'verbose'].map((option) => `--${option}`)),
      );
    }
  });

  it('offers the values of an option and the actions of a command, also after options', () => {
    expect(complete('process', 'a.txt', '--if-exists', '')).toEqual(['error', 'overwrite', 'skip']);
    expect(complete('process', '--if-exists', '=', 'o')).toEqual(['overwrite']);
    expect(complete('--api-url', 'http://x', 'webhooks', 'de')).toEqual(['delete', 'deliveries']);
    expect(complete('help', 'run')).toEqual(['runs']);
    expect(complete('process', '--save', '')).toEqual([]);
  });
});

describe('millrace completion', () => {
  it.each(['zsh', 'fish'])('prints every command and option for %s', async (shell) => {
    const { code, stdout } = await runInProcess(['completion', shell], { cwd: temporaryDirectory() });
    expect(code).toBe(0);
    for (const { name, options } of commands) {
      expect(stdout).toContain(name);
      for (const option of Object.keys(options))
        expect(stdout).toContain(shell === 'zsh' ? `--${option}[` : `-l ${option} `);
    }
  });

  it('rejects an unsupported shell', async () => {
    const { code, stderr } = await runInProcess(['completion', 'tcsh'], { cwd: temporaryDirectory() });
    expect(code).toBe(2);
    expect(stderr).toContain("Expected the shell to be one of bash, zsh, fish, got 'tcsh'");
  });
});

describe('a glob pattern that the shell did not expand', () => {
  it('is expanded in name order, on Windows too, unless it is the name of a file', async () => {
    const cwd = temporaryDirectory();
    for (const name of ['b.txt', 'a.txt', 'c.pdf', '.d.txt', 'e[1].txt']) writeFileSync(join(cwd, name), 'x');
    const pathsOf = (...names: string[]) => names.map((name) => join(cwd, name));
    expect(await expandGlobs(pathsOf('*.txt'))).toEqual(pathsOf('a.txt', 'b.txt', 'e[1].txt'));
    expect(await expandGlobs(pathsOf('{c,a}.*', 'a.txt'))).toEqual(pathsOf('a.txt', 'c.pdf'));
    expect(await expandGlobs([`${cwd}\\?.pdf`], '\\')).toEqual(pathsOf('c.pdf'));
    expect(await expandGlobs(pathsOf('e[1].txt', 'missing.txt'))).toEqual(pathsOf('e[1].txt', 'missing.txt'));
    await expect(expandGlobs(pathsOf('*.md'))).rejects.toThrow(/^Found no files that match/);
  });
});
