import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { millrace, startMillrace } from './support/run-millrace.js';
import { serving } from './support/serving.js';
import { temporaryDirectory } from './support/temporary-directory.js';
import { writeTexts } from './support/texts.js';

// databases are opened several times in a test, also on a busy machine
describe('millrace export and import', { timeout: 240_000 }, () => {
  it('carry the records of a server to another data directory', async () => {
    const server = await serving();
    const { directory } = server;
    const at = (...args: string[]) => millrace(args, { cwd: directory });
    try {
      writeTexts(directory);
      await server.run(['process', 'mill.txt', '--chain', 'keyword-db', '--pipeline', 'notes', '--no-save']);
      const refused = await at('export', 'early.jsonl', '--data', 'data');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/has it open/);
      expect(readdirSync(directory).filter((name) => name.includes('early'))).toEqual([]);

      await server.server.stop();
      const exported = await at('export', 'store.jsonl', '--data', 'data', '--json');
      expect(exported.stderr).toBe('');
      const { rows, file } = JSON.parse(exported.stdout) as { rows: number; file: string };
      expect(rows).toBeGreaterThan(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(directory).filter((name) => name.includes('.part'))).toEqual([]);

      const piped = await at('export', '-', '--data', 'data');
      expect(piped.stderr).toBe(`Exported ${rows} rows.\n`);
      expect(piped.stdout.split('\n')).toHaveLength(readFileSync(file, 'utf8').split('\n').length);

      const imported = await millrace(['import', '-', '--data', 'copy'], { cwd: directory, input: piped.stdout });
      expect(imported).toEqual({ code: 0, stdout: `Imported ${rows} rows.\n`, stderr: '' });

      const again = await at('import', 'store.jsonl', '--data', 'copy');
      expect(again).toMatchObject({ code: 1, stdout: '' });
      expect(again.stderr).toMatch(/^millrace: Expected an empty database.*\n$/);
    } finally {
      await server.close();
    }
  });

  it('end with code 130 when interrupted, and take over nothing', async () => {
    const cwd = temporaryDirectory();
    const importing = startMillrace(['import', '-', '--data', 'store'], { cwd, input: null });
    importing.child.stdin.write('{"format":');
    await expect.poll(() => existsSync(join(cwd, 'store', 'lock')), { timeout: 30_000 }).toBe(true);
    expect(await importing.stop('SIGINT')).toMatchObject({ code: 130, stdout: '' });
  });

  it('refuse a file that is no export, in one line', async () => {
    const cwd = temporaryDirectory();
    const { code, stderr } = await millrace(['import', '-', '--data', 'store'], { cwd, input: 'a,b\n1,2\n' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^millrace: .*\n$/);
  });
});
