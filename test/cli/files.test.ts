import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCliServer, type CliServer } from './support/cli-server.js';
import { writeTexts } from './support/texts.js';

let millrace: CliServer;
const ids = new Map<string, string>();

beforeAll(async () => {
  millrace = await startCliServer();
  writeTexts(millrace.directory);
  for (const [file, directory] of [
    ['mill.txt', '/2026/may'],
    ['harbour.txt', '/2026/june'],
  ] as const) {
    const { stdout } = await millrace.run([
      'process',
      file,
      '--chain',
      'keyword-db',
      '--pipeline',
      'notes',
      '--name',
      file,
      '--dir',
      directory,
      '--tag',
      `about=${file.slice(0, -4)}`,
      '--no-save',
      '--json',
    ]);
    ids.set(file, (JSON.parse(stdout) as { fileId: string }).fileId);
    // creation times are whole seconds: this gives the files different ones
    await sleep(1100);
  }
});
afterAll(() => millrace.close());

const unknownId = '00000000-0000-4000-8000-000000000000';
const notes = ['--pipeline', 'notes'];

describe('millrace list', () => {
  it('lists all files of a pipeline as a table, newest first', async () => {
    const { code, stdout, stderr } = await millrace.run(['list', ...notes]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^FILE ID +PATH +CREATED +EXPIRES$/);
    expect(rows).toEqual([
      expect.stringMatching(new RegExp(`^${ids.get('harbour.txt')!}  /2026/june/harbour\\.txt  .*Z  .*Z$`)),
      expect.stringMatching(new RegExp(`^${ids.get('mill.txt')!}  /2026/may/mill\\.txt +\\d{4}-.*Z  .*Z$`)),
    ]);
  });

  it.each([
    [['--name', 'mill*'], ['mill.txt']],
    [['--dir', '/2026/june'], ['harbour.txt']],
    [['--path', '/2026/may/mill.txt'], ['mill.txt']],
    [['--name', 'picture.png', '--name', 'mill.txt'], ['mill.txt']],
    [
      ['--tag', 'about=*'],
      ['harbour.txt', 'mill.txt'],
    ],
    [
      ['--tag', 'about=*', '--sort', 'ascending'],
      ['mill.txt', 'harbour.txt'],
    ],
    [['--name', 'mill*', '--name', 'harb*', '--max-files', '1'], ['harbour.txt']],
    [['--created-before', '2023-05-01'], []],
  ])('selects files by %j', async (filter, expected) => {
    const { stdout } = await millrace.run(['list', ...notes, ...filter, '--json']);
    const { items } = JSON.parse(stdout) as { items: { fileName: string }[] };
    expect(items.map(({ fileName }) => fileName)).toEqual(expected);
  });

  it('warns on stderr about filters that match no file', async () => {
    const filter = ['--file-id', unknownId, '--tag', 'about=rivers', '--dir', '/2025*'];
    const { code, stdout, stderr } = await millrace.run(['list', ...notes, ...filter]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^warning: no file matches --/);
    for (const [option, value] of [filter.slice(0, 2), filter.slice(2, 4), filter.slice(4)] as [string, string][]) {
      expect(stderr).toContain(`${option} '${value}'`);
    }
  });
});

describe('millrace tree', () => {
  it('prints all files, or one branch', async () => {
    const [all, branch, json] = await Promise.all([
      millrace.run(['tree', ...notes]),
      millrace.run(['tree', '/2026/may*', ...notes]),
      millrace.run(['tree', ...notes, '--json']),
    ]);
    expect(all.stdout).toBe(
      ['/', '└── /2026', '    ├── /june', '    │   └── harbour.txt', '    └── /may', '        └── mill.txt', ''].join(
        '\n',
      ),
    );
    expect(branch.stdout).toBe(['/', '└── /2026', '    └── /may', '        └── mill.txt', ''].join('\n'));
    expect(JSON.parse(json.stdout)).toMatchObject({ paths: ['/2026/june/harbour.txt', '/2026/may/mill.txt'] });
  });
});

describe('millrace search', () => {
  it('finds every occurrence of the words, with its line and position', async () => {
    const { code, stdout } = await millrace.run(['search', 'flour wheels', ...notes]);
    expect(code).toBe(0);
    expect(stdout).toContain(`/2026/may/mill.txt (${ids.get('mill.txt')!})\n`);
    expect(stdout).toMatch(/^ {2}line 2 {2}word \d+ +wheel$/m);
    expect(stdout).toMatch(/^ {2}line 3 {2}word \d+ +flour$/m);
    expect(stdout).toContain(`/2026/june/harbour.txt (${ids.get('harbour.txt')!})\n`);
  });

  it('searches only the files that the options select, and prints JSON', async () => {
    const { stdout } = await millrace.run(['search', 'flour', ...notes, '--dir', '/2026/june', '--json']);
    const { items } = JSON.parse(stdout) as { items: { file: { fileName: string }; hits: object[] }[] };
    expect(items.map(({ file, hits }) => [file.fileName, hits.length])).toEqual([['harbour.txt', 1]]);
  });

  it('prints one page of hits, and continues with --cursor', async () => {
    const search = ['search', 'flour wheels', ...notes];
    const { stdout: whole } = await millrace.run(search);
    const count = whole.match(/^ {2}line/gm)!.length;
    expect(count).toBeGreaterThan(2);
    const found: string[] = [];
    for (let cursor: string[] = [], isLast = false; !isLast;) {
      const { code, stdout, stderr } = await millrace.run([...search, '--limit', '2', ...cursor]);
      expect(code).toBe(0);
      const hits = stdout.match(/^ {2}line.*$/gm) ?? [];
      expect(hits.length).toBeLessThanOrEqual(2);
      found.push(...hits);
      const next = /--cursor (\S+)/.exec(stderr)?.[1];
      isLast = next === undefined;
      cursor = ['--cursor', next ?? ''];
    }
    const collapseSpaces = (text: string) => text.replaceAll(/ +/g, ' ');
    expect(found.map(collapseSpaces)).toEqual(whole.match(/^ {2}line.*$/gm)!.map(collapseSpaces));
    expect((await millrace.run([...search, '--limit', '2', '--semantic'])).stderr).toContain(
      '--semantic cannot be used',
    );
  });

  it('rejects --semantic for a pipeline without a vector index', async () => {
    const { code, stdout, stderr } = await millrace.run(['search', 'flour', ...notes, '--semantic']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^millrace: .*vector-db/);
  });
});

const deletionNote = (id: string): RegExp =>
  new RegExp(`^The server deletes the file at \\S+ \\S+Z\\. To keep it: millrace update ${id} --expire SECONDS\\n$`);

describe('millrace fetch', () => {
  it('saves the output and prints its path', async () => {
    const id = ids.get('mill.txt')!;
    const { code, stdout, stderr } = await millrace.run(['fetch', id, ...notes, '--save', 'again']);
    const path = join(millrace.directory, 'again', `${id}.db`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${path}\n` });
    expect(stderr).toMatch(deletionNote(id));
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('keeps or overwrites a different existing file as --if-exists says', async () => {
    const id = ids.get('mill.txt')!;
    const path = join(millrace.directory, 'kept', `${id}.db`);
    mkdirSync(join(millrace.directory, 'kept'));
    writeFileSync(path, 'mine');
    const fetchOutput = (...more: string[]) => millrace.run(['fetch', id, ...notes, '--save', 'kept', ...more]);
    const rejected = await fetchOutput();
    expect(rejected).toMatchObject({ code: 1, stdout: '' });
    expect(rejected.stderr).toMatch(/^millrace: .*--if-exists overwrite or skip\n$/m);
    expect((await fetchOutput('--if-exists', 'skip')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect((await fetchOutput('--if-exists', 'overwrite')).code).toBe(0);
    expect(readFileSync(path).subarray(0, 6).toString()).toBe('SQLite');
  });

  it('ends with exit code 1 and says how to fetch the output later if it cannot be saved', async () => {
    const id = ids.get('mill.txt')!;
    mkdirSync(join(millrace.directory, 'taken', `${id}.db`), { recursive: true });
    const { code, stderr } = await millrace.run(['fetch', id, '--save', 'taken', '--if-exists', 'overwrite']);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^millrace: Could not save .*Fetch it with: millrace fetch ${id}\\n$`));
  });

  it('finds the file by its id alone', async () => {
    const id = ids.get('mill.txt')!;
    const { code, stdout, stderr } = await millrace.run(['fetch', id, '--save', 'alone', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ fileId: id, pipeline: 'notes' });
  });

  it('saves the kept input with --input, and prints items of the output with --items', async () => {
    writeFileSync(join(millrace.directory, 'kept.txt'), 'The wheel turns. The mill grinds.');
    const process = [
      'process',
      'kept.txt',
      '--chain',
      'parser',
      '--pipeline',
      'kept',
      '--no-save',
      '--keep-input',
      '--expire',
      'never',
    ];
    const { stdout: made } = await millrace.run([...process, '--json']);
    const { fileId } = JSON.parse(made) as { fileId: string };
    const saved = await millrace.run(['fetch', fileId, '--input', '--save', 'inputs']);
    const path = join(millrace.directory, 'inputs', `${fileId}.input.txt`);
    const never = 'The server keeps the file until it is deleted.\n';
    expect(saved).toMatchObject({ code: 0, stdout: `${path}\n`, stderr: never });
    expect(readFileSync(path, 'utf8')).toBe('The wheel turns. The mill grinds.');
    mkdirSync(join(millrace.directory, 'taken', `${fileId}.input.txt`), { recursive: true });
    const unsaved = await millrace.run(['fetch', fileId, '--input', '--save', 'taken', '--if-exists', 'overwrite']);
    expect(unsaved.stderr).toContain(`Fetch it with: millrace fetch ${fileId} --input\n`);
    const missing = await millrace.run(['fetch', ids.get('mill.txt')!, '--input', '--save', 'inputs']);
    expect(missing.code).toBe(5);
    expect(missing.stderr).toContain('is not available: its run was started without `keepInput`');

    const { stdout: found } = await millrace.run(['fetch', fileId, '--items', '--search', 'WHEEL']);
    expect(JSON.parse(found)).toMatchObject({ snippet: 'The wheel turns.' });
    const first = await millrace.run(['fetch', fileId, '--items', '--limit', '1']);
    expect(first.stdout.trim().split('\n')).toHaveLength(1);
    expect(first.stderr).toContain('1 of 2 items. Continue with --offset 1');
    const { code, stderr } = await millrace.run(['fetch', fileId, '--limit', '1']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--limit can only be used with --items')]);
  });

  it('saves the output of a run by the run id', async () => {
    const { stdout } = await millrace.run(['runs', '--of', 'notes', '--json']);
    const { items } = JSON.parse(stdout) as { items: { requestId: string; fileId: string }[] };
    const run = items.find(({ fileId }) => fileId === ids.get('mill.txt'))!;
    for (const more of [[], notes]) {
      const fetched = await millrace.run(['fetch', run.requestId, '--save', 'by-run', ...more]);
      expect(fetched).toMatchObject({ code: 0, stderr: expect.stringMatching(deletionNote(run.fileId)) as string });
      expect(fetched.stdout).toBe(`${join(millrace.directory, 'by-run', `${run.fileId}.db`)}\n`);
    }
  });

  it('reports the state of a run that has no output', async () => {
    writeFileSync(join(millrace.directory, 'noise.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
    const made = await millrace.run(['process', 'noise.png', '--chain', 'ocr', '--no-save', '--json']);
    const { requestId } = JSON.parse(made.stdout) as { requestId: string };
    const { code, stderr } = await millrace.run(['fetch', requestId]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`Run ${requestId} is failed, so there is no output\\. .*millrace status ${requestId}`),
    );
  });

  it.each(['fetch', 'update', 'delete'])('ends with exit code 5 for an unknown id (%s)', async (name) => {
    const args = name === 'update' ? ['--expire', '100'] : [];
    const { code, stderr } = await millrace.run([name, unknownId, ...args]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^millrace: .*\n$/);
  });

  it.each(['fetch', 'update', 'delete'])(
    'ends with exit code 5 for an id that is not in the pipeline (%s)',
    async (name) => {
      const args = name === 'update' ? ['--expire', '100'] : [];
      const { code, stderr } = await millrace.run([name, unknownId, ...notes, ...args]);
      expect(code).toBe(5);
      expect(stderr).toMatch(/^millrace: .*\n$/);
    },
  );
});

describe('millrace update', () => {
  it('changes the given fields, leaves the others, and prints the updated file', async () => {
    const id = ids.get('harbour.txt')!;
    const changed = await millrace.run([
      'update',
      id,
      ...notes,
      '--description',
      'Winter',
      '--expire',
      '90000',
      '--json',
    ]);
    expect(changed.code).toBe(0);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      fileId: id,
      symbolicFilePath: '/2026/june/harbour.txt',
      fileTags: [{ about: 'harbour' }],
      fileDescription: 'Winter',
    });
    const cleared = await millrace.run(['update', id, '--no-tags']);
    expect(cleared.stdout).toMatch(/^tags *$/m);
    expect(cleared.stdout).toMatch(/^description +Winter$/m);
    await millrace.run(['update', id, ...notes, '--tag', 'about=harbour']);
  });
});

describe('millrace delete', () => {
  it('deletes the other files even if one does not exist', async () => {
    const { stdout: made } = await millrace.run([
      'process',
      'mill.txt',
      '--chain',
      'keyword-db',
      '--no-save',
      '--json',
    ]);
    const { fileId } = JSON.parse(made) as { fileId: string };
    const { code, stdout, stderr } = await millrace.run(['delete', unknownId, fileId]);
    expect(code).toBe(1);
    expect(stdout).toBe(`deleted ${fileId}\n`);
    expect(stderr).toMatch(new RegExp(`^millrace: ${unknownId}: .*\n$`));
    const { stdout: rest } = await millrace.run(['list', '--pipeline', 'keyword-db', '--json']);
    expect((JSON.parse(rest) as { items: object[] }).items).toEqual([]);
  });
});

describe('millrace modules', () => {
  it('lists the modules with their formats and models, and whether the server can run them', async () => {
    const { code, stdout } = await millrace.run(['modules']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MODULE +IN +OUT +HERE +MODELS$/m);
    expect(stdout).toMatch(/^parser +text +json +yes +sentence, fixed$/m);
    expect(stdout).toMatch(/^keyword-db +text +db +yes +sqlite, base$/m);
  });
});

describe('millrace whoami', () => {
  it('prints the server, its version, and that the key works', async () => {
    const { code, stdout } = await millrace.run(['whoami']);
    expect(code).toBe(0);
    expect(stdout).toContain(`server   ${millrace.url} (from the credentials file)\n`);
    expect(stdout).toMatch(/^version {2}millrace \d+\.\d+\.\d+$/m);
    expect(stdout).toMatch(/^access {3}the server accepts the key$/m);
    expect(stdout).not.toContain(millrace.apiKey);
  });

  it('ends with exit code 4 for a key that the server does not know', async () => {
    const env = { MILLRACE_API_URL: millrace.url, MILLRACE_API_KEY: 'nobody-has-this-key-1234' };
    const { code, stdout } = await millrace.run(['whoami'], env);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^access +the server rejects the key$/m);
    expect((await millrace.run(['list', ...notes], env)).code).toBe(4);
  });
});
