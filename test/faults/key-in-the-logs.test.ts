import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { Client, type ClientOptions } from 'millrace';
import { expect, it } from 'vitest';
import type { Handler, Reply } from '../sdk/support/fake-server.js';
import { apiKey, digestOf, hostedService, millraceService, runId, runRecord } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

/** Renders an error and its causes in every way that a log might. */
function renderError(error: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  for (let at = error as Error | undefined; at && !seen.has(at); at = at.cause as Error | undefined) {
    seen.add(at);
    texts.push(String(at), at.stack ?? '', JSON.stringify(at));
    texts.push(
      inspect(at, { depth: 20, showHidden: true }),
      inspect(at, { customInspect: false, depth: 20, showHidden: true }),
    );
    texts.push(JSON.stringify(at, Object.getOwnPropertyNames(at)));
  }
  return texts.join('\n');
}

const shortLimits = { timeout: 300, maxRetries: 0 };
const echoKey: Handler = (recorded) => ({
  status: 400,
  json: { message: `no such key ${String(recorded.headers['krixikapikey'])}`, request_id: 'r', code: 'odd' },
});
const failures: [string, Record<string, Reply | Handler>][] = [
  ['a rejection that quotes the key', { '/krixik-core-process': echoKey }],
  ['a response that is not JSON', { '/krixik-core-process': { body: '<html>' } }],
  ['a response of another shape', { '/krixik-core-process': { json: { request_id: 1 } } }],
  ['an unknown key', { '/krixik-core-process': { status: 403, json: { message: 'who are you?' } } }],
  ['too many requests', { '/krixik-core-process': { status: 429, json: {} } }],
  ['a broken connection', { '/krixik-core-process': (_s, response) => void response.destroy() }],
  ['a server that does not respond', { '/krixik-core-process': () => undefined }],
  ['a broken upload', { '/upload': (_s, response) => void response.destroy() }],
  ['a rejected upload', { '/upload': { status: 403, body: 'no' } }],
  ['a failed run', { '/v1/runs': { json: { ...runRecord({ state: 'failed' }) } } }],
  ['a wait that times out', { '/v1/runs': { headers: { 'millrace-sequence': '1' }, json: runRecord() } }],
  ['a damaged download', { '/download': { body: 'abc', headers: { 'repr-digest': digestOf('other') } } }],
  ['a rejected download', { '/download': { status: 404, body: 'no' } }],
];

it.each(failures)('the key is in no part of an error about %s', async (_name, overrides) => {
  const { client } = await millraceService(overrides, shortLimits);
  const directory = await scratch();
  const error = await client
    .createPipeline('notes', ['parser'])
    .process(await textFile(directory), { localSaveDirectory: directory, waitTimeout: 500 })
    .catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(Error);
  const text = renderError(error);
  expect(text).not.toContain(apiKey);
  // nor any trace of the HTTP library
  expect(text).not.toMatch(/AxiosError|AxiosHeaders|krixikApiKey/i);
});

it('the key is not shown when a client, a pipeline or a run is inspected or serialized', async () => {
  const { client } = await hostedService();
  const pipeline = client.createPipeline('notes', ['parser', 'text-embedder', 'vector-db']);
  const run = pipeline.attach(runId);
  const batch = pipeline.processMany([]);
  for (const value of [client, client.runs, client.files, pipeline, run, batch]) {
    expect(inspect(value, { depth: 20 })).not.toContain(apiKey);
    expect(inspect(value, { depth: 20, showHidden: true, customInspect: false })).not.toContain(apiKey);
    expect(JSON.stringify(value)).not.toContain(apiKey);
  }
  expect(inspect(client)).toMatch(/^Client \{ apiUrl: 'http:\/\/127.0.0.1:\d+', apiKey: 'te…ef' \}$/);
  expect(inspect(pipeline)).toBe("Pipeline 'notes' [parser → text-embedder → vector-db]");
  expect(inspect(run)).toBe(`RunHandle { id: '${runId}', fileId: undefined }`);
});

it('the key is in no log line', async () => {
  const lines: string[] = [];
  const log = (message: string, fields?: object): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger = { error: log, warn: log, info: log, debug: log };
  const { client } = await hostedService(
    { '/krixik-core-process': { status: 503, headers: { 'retry-after': '0' }, json: {} } },
    { logger, logLevel: 'debug', maxRetries: 1, retryFor: 200 },
  );
  await client
    .createPipeline('notes', ['parser'])
    .process(await textFile(await scratch()))
    .catch(() => undefined);
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.join('\n')).not.toContain(apiKey);
});

it.each<[string, ClientOptions]>([
  ['an option', { apiKey: 'with a space hunter2' }],
  ['an option of the wrong type', { apiKey: { hunter2: 1 } as never }],
  ['a proxy', { proxy: 'socks://user:hunter2@proxy' }],
  ['an address', { apiUrl: 'http://user:hunter2@127.0.0.1' }],
])('the secret in %s is not repeated by the validation error', (_name, options) => {
  let error: unknown;
  try {
    new Client({ apiUrl: 'http://127.0.0.1:1', apiKey: 'abcdefghijkl', ...options });
  } catch (failure) {
    error = failure;
  }
  expect(error).toMatchObject({ code: 'validation' });
  expect(renderError(error)).not.toContain('hunter2');
});

it('an invalid credentials file is not quoted', async () => {
  const directory = await scratch();
  await writeFile(join(directory, 'credentials.json'), `{"apiKey": "${apiKey}", oops`);
  process.env['MILLRACE_DATA'] = directory;
  try {
    const error = await new Client().verify().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'configuration' });
    expect(renderError(error)).not.toContain(apiKey);
  } finally {
    delete process.env['MILLRACE_DATA'];
  }
});

const built = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Runs a program and returns what it prints, whether it succeeds or fails. */
async function outputOf(args: string[], url: string, cwd: string): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: cwd,
    MILLRACE_API_URL: url,
    MILLRACE_API_KEY: apiKey,
    MILLRACE_LOG: 'debug',
  };
  const ended = await promisify(execFile)(process.execPath, args, { cwd, env }).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  return ended.stdout + ended.stderr;
}

const keyEchoingServer: Record<string, Reply | Handler> = { '/krixik-core-process': echoKey };

it.each([
  ['succeeds', {}, 'uploaded'],
  ['is rejected by a server that quotes the key', keyEchoingServer, 'no such key'],
])(
  'the key is not printed by a program that %s, with verbose and all log lines',
  async (_name, overrides, expectedText) => {
    const { url } = await millraceService(overrides);
    const directory = await scratch();
    await textFile(directory);
    const program = `
const { Client } = require('${built}index.cjs');
const client = new Client();
const pipeline = client.createPipeline('notes', ['parser']);
console.log(client, client.runs, pipeline, process.argv);
pipeline.process('notes.txt', { verbose: true, localSaveDirectory: 'out' }).then(console.log, (error) => {
  console.log(error, error.cause, JSON.stringify(error));
  throw error;
});
`;
    const text = await outputOf(['-e', program], url, directory);
    expect(text).toContain(expectedText);
    expect(text).not.toContain(apiKey);
    const command = ['process', 'notes.txt', '--chain', 'parser', '--save', 'cli', '--name', 'notes'];
    const printed = await outputOf([`${built}cli.js`, ...command], url, directory);
    expect(printed.length).toBeGreaterThan(20);
    expect(printed).not.toContain(apiKey);
  },
);
