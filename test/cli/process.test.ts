import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { writeTexts } from './support/texts.js';

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

let millrace: CliServer;
beforeAll(async () => {
  millrace = await startCliServer();
  writeTexts(millrace.directory);
});
afterAll(() => millrace.close());

const jsonLines = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const snippetsOf = (path: string) =>
  (JSON.parse(readFileSync(path, 'utf8')) as { snippet: string }[]).map(({ snippet }) => snippet);

describe('millrace process', () => {
  it('saves the output of every file and prints a line for each', async () => {
    const { code, stdout, stderr } = await millrace.run([
      'process',
      'mill.txt',
      'harbour.txt',
      '--chain',
      'parser',
      '--save',
      'out/first',
    ]);
    expect(stderr).not.toContain('millrace:');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n').sort();
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^harbour\\.txt: completed, file (${uuid}), saved out/first/\\1\\.json$`)),
      expect.stringMatching(new RegExp(`^mill\\.txt: completed, file (${uuid}), saved out/first/\\1\\.json$`)),
    ]);
    const directory = join(millrace.directory, 'out/first');
    const snippets = readdirSync(directory).flatMap((name) => snippetsOf(join(directory, name)));
    expect(snippets).toContain('The miller opened the sluice before dawn.');
    expect(snippets).toContain('Its captain knew every sandbank by name.');
  });

  it("reads stdin as '-' with --file-name", async () => {
    const command = ['process', '-', '--file-name', 'notes.txt', '--chain', 'parser', '--save', 'out/stdin', '--json'];
    const { code, stdout, stderr } = await millrace.run(command, {}, 'The wheel turned.\n');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(jsonLines(stdout)[0]).toMatchObject({ file: '-', status: 'completed' });
    const [path] = jsonLines(stdout)[0]!['outputFiles'] as string[];
    expect(snippetsOf(path!)).toEqual(['The wheel turned.']);
  });

  it('processes the other files if one fails, and ends with exit code 1', async () => {
    const { code, stdout, stderr } = await millrace.run([
      'process',
      'missing.txt',
      'mill.txt',
      '--chain',
      'parser',
      '--save',
      'out/alone',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^mill\.txt: completed.*\n$/);
    expect(stderr).toMatch(/^millrace: missing\.txt: .*missing\.txt/m);
    expect(stderr).toMatch(/^1 of 2 files failed\.$/m);
  });

  it('ends with the exit code that all failures share', async () => {
    const { code } = await millrace.run(['process', 'missing.txt', 'absent.txt', '--chain', 'parser']);
    expect(code).toBe(2);
  });

  it('prints one JSON line for each file with --json, also for a failure', async () => {
    const { code, stdout, stderr } = await millrace.run([
      'process',
      'mill.txt',
      'missing.txt',
      '--chain',
      'parser',
      '--save',
      'out/json',
      '--json',
    ]);
    expect(code).toBe(1);
    const records = jsonLines(stdout).sort((a, b) => String(a['file']).localeCompare(String(b['file'])));
    expect(records).toEqual([
      expect.objectContaining({
        file: 'mill.txt',
        status: 'completed',
        pipeline: 'parser',
        fileId: expect.stringMatching(new RegExp(`^${uuid}$`)) as string,
        output: expect.arrayContaining([expect.objectContaining({ snippet: expect.any(String) as string })]) as object,
        outputFiles: [expect.stringContaining(join(millrace.directory, 'out/json')) as string],
      }),
      expect.objectContaining({
        file: 'missing.txt',
        status: 'failed',
        error: { code: 'validation', message: expect.stringContaining('missing.txt') as string },
      }),
    ]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^millrace: missing\.txt: /),
      '1 of 2 files failed.',
    ]);
  });

  it('names the pipeline after its chain, and sets path, tags, description and expiry from options', async () => {
    const options = ['--name', 'Mill.txt', '--dir', '/Water/Mills', '--tag', 'author=ours', '--tag', 'year=2026'];
    const { code } = await millrace.run([
      'process',
      'mill.txt',
      '--chain',
      'parser,json-to-txt',
      '--no-save',
      '--expire',
      '86400',
      '--description',
      'About = a mill',
      ...options,
    ]);
    expect(code).toBe(0);
    const { stdout } = await millrace.run(['list', '--pipeline', 'parser-json-to-txt', '--json']);
    const { items } = JSON.parse(stdout) as { items: Record<string, string>[] };
    expect(items).toEqual([
      expect.objectContaining({
        symbolicFilePath: '/Water/Mills/Mill.txt',
        fileTags: [{ author: 'ours' }, { year: '2026' }],
        fileDescription: 'About = a mill',
      }),
    ]);
    const lifetime = Date.parse(items[0]!['expiresAt']!) - Date.parse(items[0]!['createdAt']!);
    expect(lifetime).toBeGreaterThan(86_000_000);
  });

  it('saves nothing with --no-save', async () => {
    const { stdout } = await millrace.run(['process', 'mill.txt', '--chain', 'parser', '--no-save', '--json']);
    const [record] = jsonLines(stdout);
    expect(record).toMatchObject({ status: 'completed', outputFiles: [] });
    expect(existsSync(join(millrace.directory, `${String(record!['fileId'])}.json`))).toBe(false);
  });

  it("accepts a module's model and parameters by name or position", async () => {
    const choose = (module: string) => [
      '--model',
      `${module}=fixed`,
      '--param',
      `${module}.chunk_size=5`,
      '--param',
      `${module}.overlap_size=1`,
    ];
    for (const module of ['parser', 'module_1']) {
      const { code, stdout, stderr } = await millrace.run([
        'process',
        'mill.txt',
        '--chain',
        'parser',
        '--save',
        'out/models',
        '--json',
        ...choose(module),
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [record] = jsonLines(stdout);
      const [first] = record!['output'] as { snippet: string }[];
      expect(first!.snippet.split(/\s+/)).toHaveLength(5);
    }
  });

  it("reads a pipeline's YAML file instead of a chain", async () => {
    writeFileSync(
      join(millrace.directory, 'notes.yaml'),
      'pipeline:\n  name: from-file\n  modules:\n  - name: parser\n',
    );
    const run = (...more: string[]) =>
      millrace.run(['process', 'mill.txt', '--config', 'notes.yaml', '--no-save', '--json', ...more]);
    expect(jsonLines((await run()).stdout)[0]).toMatchObject({ status: 'completed', pipeline: 'from-file' });
    expect(jsonLines((await run('--pipeline', 'renamed')).stdout)[0]).toMatchObject({ pipeline: 'renamed' });
  });

  it('ends with code 1 and the reason when a run fails', async () => {
    const signature = Buffer.from('89504e470d0a1a0a', 'hex');
    writeFileSync(join(millrace.directory, 'noise.png'), Buffer.concat([signature, Buffer.alloc(4096, 'no picture ')]));
    const { code, stdout, stderr } = await millrace.run(['process', 'noise.png', '--chain', 'ocr', '--no-save']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^millrace: noise\.png: .*\bocr\b/m);
  });

  it('only uploads with --no-wait, and prints the id to watch the run', async () => {
    const { code, stdout } = await millrace.run(['process', 'mill.txt', '--chain', 'parser', '--no-wait', '--json']);
    expect(code).toBe(0);
    const [record] = jsonLines(stdout);
    expect(record).toMatchObject({ file: 'mill.txt', status: 'started', pipeline: 'parser' });
    const watched = await millrace.run(['status', String(record!['requestId']), '--watch']);
    expect(watched.code).toBe(0);
    expect(watched.stdout).toMatch(/^state +completed$/m);
    expect(watched.stdout).toMatch(/^ +module_1 +parser \(sentence\) +completed/m);
  });

  it('skips files that the manifest lists as done', async () => {
    const command = ['process', '--chain', 'parser', '--save', 'out/journal', '--manifest', 'journal'];
    const first = await millrace.run([...command, 'mill.txt', 'missing.txt']);
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/^mill\.txt: completed, file \S+, saved out\/journal\/\S+\n$/);
    expect(first.stderr).toMatch(/^millrace: missing\.txt: /m);
    const [, id = ''] = /file (\S+),/.exec(first.stdout) ?? [];
    const second = await millrace.run([...command, 'mill.txt', 'harbour.txt']);
    expect(second.code).toBe(0);
    expect(second.stdout.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(/^harbour\.txt: completed, /),
      `mill.txt: already done, file ${id}, saved out/journal/${id}.json`,
    ]);
  });

  it('prints the stages of a file only with --verbose', async () => {
    const command = ['process', 'mill.txt', '--chain', 'parser', '--no-save', '--expire', '600'];
    expect((await millrace.run(command)).stderr).toBe('The server deletes each file 10 minutes after its upload.\n');
    const long = await millrace.run([...command.slice(0, -1), String(90 * 86_400)]);
    expect(long.stderr).toBe('The server deletes each file 90 days after its upload.\n');
    const { stderr } = await millrace.run([...command, '--verbose']);
    expect(stderr).toMatch(/^mill\.txt: reading\n[^]*^mill\.txt: uploading\n[^]*^mill\.txt: uploaded\n/m);
  });

  it('prints the progress every ten files', async () => {
    const files = Array.from({ length: 21 }, (_, n) => `missing-${n}.txt`);
    const { stderr } = await millrace.run(['process', ...files, '--chain', 'parser', '--no-save']);
    expect(stderr.match(/^\d+ of 21 files$/gm)).toEqual(['10 of 21 files', '20 of 21 files']);
  });

  it('says when the server deletes the file and how to keep it, but not with --json', async () => {
    const command = ['process', 'mill.txt', '--chain', 'parser', '--no-save'];
    const started = Date.now();
    const { stdout, stderr } = await millrace.run(command);
    const [, id = ''] = /file (\S+)/.exec(stdout) ?? [];
    const [, time = '', how] =
      /^The server deletes the file at (.*Z)\. To keep it: millrace (.*)\n$/.exec(stderr) ?? [];
    expect(how).toBe(`update ${id} --expire SECONDS`);
    expect(Date.parse(time) - started).toBeGreaterThan(1_700_000);
    const two = await millrace.run([...command, 'harbour.txt']);
    expect(two.stderr).toMatch(/^The server deletes each file 30 minutes after its upload\..* --expire SECONDS\n$/);
    expect((await millrace.run([...command, '--json'])).stderr).toBe('');
  });
});
