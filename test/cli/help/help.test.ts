import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../support/run-in-process.js';
import { millrace, startMillrace } from '../support/run-millrace.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const commandNames =
  'process runs status logs cancel search list tree fetch update delete modules workers webhooks keys audit accounts whoami dashboard serve worker export import'.split(
    ' ',
  );

const run = (...args: string[]) => runInProcess(args, { cwd: tmpdir() });

describe('millrace --help', () => {
  it('lists every command and every exit code', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const name of commandNames) expect(stdout).toMatch(new RegExp(`^  ${name} {2,}\\S`, 'm'));
    for (const exit of [0, 1, 2, 3, 4, 5, 130]) expect(stdout).toMatch(new RegExp(`^  ${exit} {2,}\\S`, 'm'));
  });

  it.each(commandNames)('prints the usage, the options and an example of %s', async (name) => {
    const { code, stdout } = await run('help', name);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: millrace ${name}`);
    expect(stdout).toMatch(/^Options:\n {2}/m);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n  # .+\\n  .*millrace ${name}`, 'm'));
  });

  it('prints a default only for options that have one, and aligns the option names', async () => {
    const { stdout } = await run('help', 'update');
    expect(stdout).not.toMatch(/default: (\/etc|1800)/);
    const process = await run('help', 'process');
    expect(process.stdout).toMatch(/--dir PATH .*\(default: \/etc; .*\)\n[^]*--expire SECONDS .*\(default: 1800; .*\)/);
    for (const text of [stdout, process.stdout]) {
      const [, lines = ''] = /Options:\n([^]*?)\n\n/.exec(text) ?? [];
      expect(new Set(lines.split('\n').map((line) => line.indexOf('--')))).toEqual(new Set([6]));
    }
  });

  it("prints the same as 'millrace help' after a command, as --help and -h", async () => {
    const [word, long, short] = await Promise.all([run('help', 'list'), run('list', '--help'), run('list', '-h')]);
    expect(word.code).toBe(0);
    expect([long, short]).toEqual([word, word]);
  });

  it('ends without an error if its stdout is closed early', async () => {
    const running = startMillrace(['help', 'process'], { cwd: temporaryDirectory() });
    running.child.stdout.destroy();
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('millrace --version', () => {
  it("prints the package's version and nothing else", async () => {
    const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const printed = { code: 0, stdout: `${version}\n`, stderr: '' };
    for (const args of [['--version'], ['version'], ['process', '--version'], ['--version', 'list']]) {
      expect(await run(...args)).toEqual(printed);
    }
    expect(await millrace(['--version'], { cwd: temporaryDirectory() })).toEqual(printed);
  });
});
