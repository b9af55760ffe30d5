import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOpenAiServer } from '../../server/test/support/endpoints/openai-server.js';
import { startLocalServer, type LocalServer } from '../support/local-server.js';
import { startSmtpServer } from '../support/smtp-server.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let server: LocalServer;

beforeAll(async () => {
  server = await startLocalServer();
});

afterAll(async () => {
  await server.close();
  await rm(`${root}examples/out`, { recursive: true, force: true });
});

/** Runs an example in a separate process with the built packages. It finds the server through environment variables, as for a reader. */
async function runExample(name: string, env: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--import', import.meta.resolve('tsx'), `examples/${name}`], {
    cwd: root,
    env: {
      ...process.env,
      TSX_TSCONFIG_PATH: `${root}examples/tsconfig.json`,
      MILLRACE_API_URL: server.url,
      MILLRACE_API_KEY: server.apiKey,
      MILLRACE_LOG: 'warn',
      ...env,
    },
  });
}

test('quickstart: processes files, prints the outputs and their paths, and searches them', async () => {
  const { stdout } = await runExample('quickstart.ts');
  expect(stdout).toContain('the-mill.txt  -> parser:');
  expect(stdout).toMatch(/visitor-notes\.json .* 5 sentences in examples\/out\/[0-9a-f-]{36}\.json/);
  expect(stdout).toContain('countries (line');
  expect(stdout).toContain('señor (line');
  expect(stdout).toMatch(/└── \/mill/);
});

test('process-and-search: prints the lines that the README shows', async () => {
  const { stdout, stderr } = await runExample('process-and-search.ts');
  expect(stdout).toMatch(/\.db'/);
  expect(stdout.match(/^wheel on line \d+$/gm)?.length).toBeGreaterThan(2);
  expect(stderr).toContain('keyword-db');
});

test('wait-later: attaches to a run by its id', async () => {
  const { stdout } = await runExample('wait-later.ts');
  expect(stdout).toMatch(/module-done\nsucceeded\n/);
  expect(stdout).toMatch(/completed, 100%, complete/);
});

test('file-metadata: finds, updates, lists, prints and deletes files', async () => {
  const { stdout } = await runExample('file-metadata.ts');
  expect(stdout).toContain('/Letters/1911/To Clara.txt');
  expect(stdout).toContain("[ '/Letters/1912/To Clara.txt' ]");
  expect(stdout).toContain('├── /1912');
  expect(stdout).toContain('deleted 2 files');
});

test('keep-a-folder: syncs a folder to a pipeline', async () => {
  const { stdout } = await runExample('keep-a-folder.ts');
  expect(stdout).toBe(
    "would move /garden.txt\nwould replace /mill.txt\nreplaced 1, moved 1, deleted 0\n[ '/garden.txt' ]\n",
  );
});

test('errors: prints the code and message of each error', async () => {
  const { stdout } = await runExample('errors.ts');
  expect(stdout).toMatch(/^validation: .*no-such-file\.txt/m);
  expect(stdout).toMatch(/^process_failed: .*parser/m);
  expect(stdout).toMatch(/^not_found: .*not found/m);
});

test('embed-a-server: runs a server inside the program', async () => {
  const { stdout } = await runExample('embed-a-server.ts');
  expect(stdout).toContain('One two three four');
});

test('custom-module: runs a custom module between two built-in modules', async () => {
  const { stdout } = await runExample('custom-module/run.ts');
  expect(stdout).toContain('Dear miller, write to ***.\nOr call *** any day.\nYours, C.');
});

test('mail-when-done: sends a mail when the file is done', async () => {
  const smtp = await startSmtpServer();
  const { stdout } = await runExample('mail-when-done.ts', { SMTP_URL: smtp.url });
  expect(stdout).toMatch(/uploaded; .*\nmailed\n/);
  expect(smtp.mails).toHaveLength(1);
  expect(smtp.mails[0]?.recipients).toEqual(['someone@example.com']);
  expect(smtp.mails[0]?.text).toMatch(/^Subject: Processing finished: mail-when-done completed$/m);
  expect(smtp.mails[0]?.text).toMatch(/has been through parser in \d+/);
});

test('saved-pipeline: saves a pipeline as YAML and loads it', async () => {
  const { stdout } = await runExample('saved-pipeline.ts');
  expect(stdout).toContain('name: support-notes');
  expect(stdout).toMatch(/support-notes \[ 'json-to-txt', 'keyword-db' \]/);
});

test('report-to-a-server: reports the run of a local pipeline', async () => {
  const { stdout } = await runExample('flows/report-to-a-server.ts');
  expect(stdout).toBe('{ grain: 100, clean: 95, flour: 76 }\npipeline completed: clean completed, grind completed\n');
});

test('from-commonjs: processes a file with require', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/from-commonjs.cjs'], {
    cwd: root,
    env: { ...process.env, MILLRACE_API_URL: server.url, MILLRACE_API_KEY: server.apiKey },
  });
  expect(stdout).toMatch(/\d+ sentences in .*\.json/);
});

test('extract: prints the fields and citations that docs/extract.md shows', async () => {
  const model = await startOpenAiServer();
  const value = {
    number: 'INV-0417',
    date: '3 April 2026',
    dueDate: null,
    total: '$1,250.50',
    lines: [
      { text: 'Two sacks of flour', amount: 1234 },
      { text: 'One wheel', amount: 16.5 },
    ],
  };
  model.chat = () => JSON.stringify({ value, citations: [{ field: 'total', quotes: ['Total due: $1,250.50'] }] });
  const extractServer = await startLocalServer({ endpoints: { extract: { baseUrl: model.baseUrl } } });
  try {
    const env = { MILLRACE_API_URL: extractServer.url, MILLRACE_API_KEY: extractServer.apiKey };
    const { stdout } = await runExample('extract.ts', env);
    const page = await readFile(`${root}docs/extract.md`, 'utf8');
    expect(page).toContain(`\`\`\`text\n${stdout}\`\`\``);
  } finally {
    await extractServer.close();
  }
});
