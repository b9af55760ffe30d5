import { fork } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Handler, Reply } from '../sdk/support/fake-server.js';
import { apiKey, hostedService, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch } from '../sdk/support/scratch.js';

const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/**
 * A program that is told when to abort, and says how long that took and what still holds it open. Its own connection to us is
 * closed by then, so it ends if nothing is left.
 */
const program = `
const { Client } = require(${JSON.stringify(built)});
const { readdirSync, readlinkSync } = require('node:fs');
const [url, directory, what] = process.argv.slice(2);
const stop = new AbortController();
const reason = { mine: true };
const client = new Client({ apiUrl: url, apiKey: ${JSON.stringify(apiKey)}, logLevel: 'off' });
const pipeline = client.createPipeline('notes', ['parser']);
const options = { signal: stop.signal, localSaveDirectory: directory + '/out', pollInterval: 60000 };
const calls = {
  list: () => pipeline.list({ symbolicDirectoryPaths: ['/*'] }, { signal: stop.signal }),
  process: () => pipeline.process(directory + '/big.txt', options),
  batch: () => pipeline.processMany([directory + '/big.txt'], { signal: stop.signal }).all(),
  wait: () => pipeline.run('${runId}').wait(options),
  fetch: () => pipeline.fetchOutput('11111111-2222-4333-8444-555555555555', { signal: stop.signal, localSaveDirectory: directory + '/out' }),
};
let abortedAt;
const abort = () => {
  abortedAt = performance.now();
  stop.abort(reason);
};
process.once('message', () => setTimeout(abort, 20));
calls[what]().then(() => 'done', (error) => error).then((outcome) => {
  const ms = performance.now() - abortedAt;
  process.send({ ms, isReason: outcome === reason, outcome: String(outcome && outcome.message) }, () => process.disconnect());
  const files = () => readdirSync('/proc/self/fd').map((fd) => {
    try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; }
  }).filter((path) => path.startsWith(directory));
  process.once('exit', () => process.stdout.write(JSON.stringify(files())));
});
`;

interface Outcome {
  readonly ms: number;
  readonly isReason: boolean;
  readonly outcome: string;
}

/** Reaches the place where it is to be aborted: the server says so when it is asked for that. */
type Stage = (reached: () => void) => Record<string, Reply | Handler>;

const silent: (reached: () => void) => Handler = (reached) => (_seen, _response, request) => {
  request.resume();
  reached();
  return undefined;
};
const ongoing: Reply = {
  json: { request_id: 'r', file_id: null, process_status: { module_1: false }, failure_status: null, message: '' },
};

const stages: [string, string, typeof hostedService, Stage][] = [
  ['a request', 'list', hostedService, (reached) => ({ '/krixik-core-list': silent(reached) })],
  [
    'the delay before a retry',
    'list',
    hostedService,
    (reached) => ({
      '/krixik-core-list': () => (reached(), { status: 503, headers: { 'retry-after': '30' }, json: {} }),
    }),
  ],
  [
    'an upload',
    'process',
    millraceService,
    (reached) => ({
      '/upload': (_seen, _response, request) => {
        request.once('data', () => {
          request.pause();
          reached();
        });
        return undefined;
      },
    }),
  ],
  [
    'the upload of a batch',
    'batch',
    millraceService,
    (reached) => ({
      '/upload': (_seen, _response, request) => {
        request.once('data', () => {
          request.pause();
          reached();
        });
        return undefined;
      },
    }),
  ],
  [
    'the delay between two looks',
    'wait',
    hostedService,
    (reached) => ({ '/krixik-core-process-status': () => (reached(), ongoing) }),
  ],
  ['a look that the server holds back', 'wait', millraceService, (reached) => ({ '/v1/runs': silent(reached) })],
  [
    'a download',
    'fetch',
    hostedService,
    (reached) => ({
      '/download': (_seen, response) => {
        response.writeHead(200, { 'content-length': String(2 ** 20) });
        response.write(Buffer.alloc(2 ** 16), reached);
        return undefined;
      },
    }),
  ],
];

async function abortOnce(call: string, service: typeof hostedService, stage: Stage) {
  const directory = await scratch();
  await mkdir(join(directory, 'out'));
  await writeFile(join(directory, 'big.txt'), Buffer.alloc(8 * 2 ** 20, 'word '));
  const script = join(directory, 'program.cjs');
  await writeFile(script, program);
  let reached: () => void = () => undefined;
  const { url } = await service(stage(() => reached()));
  const child = fork(script, [url, directory, call], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  reached = () => {
    if (child.connected) child.send('now');
  };
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const outcome = new Promise<Outcome>((resolve) => child.once('message', (message) => resolve(message as Outcome)));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = await outcome;
  const started = performance.now();
  await code;
  // each delay and timeout that could be left is 30 s or more
  const hasEnded = performance.now() - started < 20_000;
  const left = await readdir(join(directory, 'out'));
  return { ...said, code: await code, hasEnded, open: stdout, left };
}

describe('abort leaves nothing open, and rejects with the reason within 50 ms, in', () => {
  it.each(stages)('%s', async (_name, call, service, stage) => {
    let fastest = Infinity;
    // another program may take the processor in any one of them
    for (let round = 0; round < 8 && fastest >= 50; round++) {
      const { ms, ...rest } = await abortOnce(call, service, stage);
      expect(rest).toEqual({
        isReason: true,
        outcome: 'undefined',
        // it ended by itself and soon, so no socket and no timer was left
        code: 0,
        hasEnded: true,
        open: '[]',
        left: [],
      });
      fastest = Math.min(fastest, ms);
    }
    expect(fastest).toBeLessThan(50);
  });
});
