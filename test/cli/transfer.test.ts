import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { millrace } from './support/run-millrace.js';
import { serving } from './support/serving.js';
import { temporaryDirectory } from './support/temporary-directory.js';
import { writeTexts } from './support/texts.js';

describe('millrace export and import', () => {
  it('carry the records of a server to another data directory', async () => {
    const server = await serving();
    const { directory } = server;
    const at = (...args: string[]) => millrace(args, { cwd: directory });
    try {
      writeTexts(directory);
      await server.run(['process', 'mill.txt', '--chain', 'keyword-db', '--pipeline', 'notes', '--no-save']);
      const listed = await server.run(['list', '--pipeline', 'notes', '--json']);

      const refused = await at('export', 'early.jsonl', '--data', 'data');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/has it open/);
      expect(readdirSync(directory).filter((name) => name.includes('early'))).toEqual([]);

      await server.server.stop();
      const exported = await at('export', 'store.jsonl', '--data', 'data');
      expect(exported.stderr).toBe('');
      expect(exported.stdout).toMatch(/^Exported [1-9]\d* rows to store\.jsonl\.\n$/);
      expect(statSync(join(directory, 'store.jsonl')).mode & 0o777).toBe(0o600);

      const piped = await at('export', '-', '--data', 'data');
      expect(piped.code).toBe(0);
      expect(piped.stdout.split('\n')).toHaveLength(
        readFileSync(join(directory, 'store.jsonl'), 'utf8').split('\n').length,
      );

      const imported = await millrace(['import', '-', '--data', 'copy'], { cwd: directory, input: piped.stdout });
      expect(imported.stderr).toBe('');
      expect(imported.stdout).toMatch(/^Imported [1-9]\d* rows\.\n$/);
      const again = await at('import', 'store.jsonl', '--data', 'copy');
      expect(again).toMatchObject({ code: 1, stdout: '' });
      expect(again.stderr).toMatch(/^millrace: Expected an empty database.*\n$/);

      const back = await at('export', 'back.jsonl', '--data', 'copy', '--json');
      expect(JSON.parse(back.stdout)).toEqual({
        rows: Number(/\d+/.exec(imported.stdout)?.[0]),
        file: join(directory, 'back.jsonl'),
      });
      expect(listed.stdout).toContain('/etc/');
    } finally {
      await server.close();
    }
  });

  it('refuse a file that is no export, in one line', async () => {
    const cwd = temporaryDirectory();
    const { code, stderr } = await millrace(['import', '-', '--data', 'store'], { cwd, input: 'a,b\n1,2\n' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^millrace: .*\n$/);
  });
});
