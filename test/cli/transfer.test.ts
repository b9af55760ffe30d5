import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { millrace, startMillrace } from './support/run-millrace.js';
import { startCliServer } from './support/cli-server.js';
import { temporaryDirectory } from './support/temporary-directory.js';
import { writeTexts } from './support/texts.js';

// each test opens databases several times, possibly on a busy machine
describe('millrace export and import', () => {
  it('copy the records of a server to another data directory', async () => {
    const server = await startCliServer();
    const { directory } = server;
    const run = (...args: string[]) => millrace(args, { cwd: directory });
    try {
      writeTexts(directory);
      await server.run(['process', 'mill.txt', '--chain', 'keyword-db', '--pipeline', 'notes', '--no-save']);
      const rejected = await run('export', 'early.jsonl', '--data', 'data');
      expect(rejected).toMatchObject({ code: 1, stdout: '' });
      expect(rejected.stderr).toMatch(/has it open/);
      expect(readdirSync(directory).filter((name) => name.includes('early'))).toEqual([]);

      await server.server.stop();
      const exported = await run('export', 'store.jsonl', '--data', 'data', '--json');
      expect(exported.stderr).toBe('');
      const { rows, file } = JSON.parse(exported.stdout) as { rows: number; file: string };
      expect(rows).toBeGreaterThan(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(directory).filter((name) => name.includes('.part'))).toEqual([]);

      const piped = await run('export', '-', '--data', 'data');
      expect(piped.stderr).toBe(`Exported ${rows} rows.\n`);
      expect(piped.stdout.split('\n')).toHaveLength(readFileSync(file, 'utf8').split('\n').length);

      const imported = await millrace(['import', '-', '--data', 'copy'], { cwd: directory, input: piped.stdout });
      expect(imported).toEqual({ code: 0, stdout: `Imported ${rows} rows.\n`, stderr: '' });

      const again = await run('import', 'store.jsonl', '--data', 'copy');
      expect(again).toMatchObject({ code: 1, stdout: '' });
      expect(again.stderr).toMatch(/^millrace: Expected an empty database.*\n$/);
    } finally {
      await server.close();
    }
  });

  it('end with exit code 130 when interrupted', async () => {
    const cwd = temporaryDirectory();
    const importing = startMillrace(['import', '-', '--data', 'store'], { cwd, input: null });
    importing.child.stdin.write('{"format":');
    await expect.poll(() => existsSync(join(cwd, 'store', 'lock'))).toBe(true);
    expect(await importing.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
  });

  it('reject a file that is not an export, in one line', async () => {
    const cwd = temporaryDirectory();
    const { code, stderr } = await millrace(['import', '-', '--data', 'store'], { cwd, input: 'a,b\n1,2\n' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^millrace: .*\n$/);
  });
});
