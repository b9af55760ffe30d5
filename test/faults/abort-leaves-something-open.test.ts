import { fork } from 'node:child_process';
import { mkdir, open, readdir, readlink, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Handler, Reply } from '../sdk/support/fake-server.js';
import { apiKey, hostedService, millraceService, runId } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

const built = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

const lanes = 16;

/**
 * A program that aborts on a message, and reports how long that took and what still keeps it running. Its own channel to this process
 * is closed by then, so it exits if nothing else is open.
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
  batch: () => pipeline.processMany({ directory: directory + '/many' }, {
    signal: stop.signal,
    concurrency: ${lanes},
    localSaveDirectory: directory + '/out',
    manifest: directory + '/m.jsonl',
  }).all(),
  wait: () => pipeline.attach('${runId}').wait(options),
  fetch: () => pipeline.fetchOutput('11111111-2222-4333-8444-555555555555', { signal: stop.signal, localSaveDirectory: directory + '/out' }),
};
let abortedAt;
let turns = 0;
let next;
const turn = () => {
  turns++;
  next = setImmediate(turn);
};
const abort = () => {
  abortedAt = performance.now();
  next = setImmediate(turn);
  stop.abort(reason);
};
process.once('message', () => setTimeout(abort, 20));
calls[what]().then(() => 'done', (error) => error).then((outcome) => {
  const ms = performance.now() - abortedAt;
  clearImmediate(next);
  process.send({ ms, turns, isReason: outcome === reason, outcome: String(outcome && outcome.message) }, () => process.disconnect());
  const files = () => readdirSync('/proc/self/fd').map((fd) => {
    try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; }
  }).filter((path) => path.startsWith(directory));
  process.once('exit', () => process.stdout.write(JSON.stringify(files())));
});
`;

interface Outcome {
  readonly ms: number;
  /** Iterations of the event loop: at most one if nothing is pending. */
  readonly turns: number;
  readonly isReason: boolean;
  readonly outcome: string;
}

/** Resolves when the program has reached the place where it is aborted: the server has received that request. */
type Stage = (reached: () => void) => Record<string, Reply | Handler>;

const silent: (reached: () => void) => Handler = (reached) => (_seen, _response, request) => {
  request.resume();
  reached();
  return undefined;
};
/** Begins an answer. */
const torso: (reached: () => void) => Handler = (reached) => (_seen, response) => {
  response.writeHead(200, { 'content-length': String(2 ** 20) });
  response.write(Buffer.alloc(2 ** 16), reached);
  return undefined;
};
const after = (times: number, reached: () => void) => () => {
  if (--times === 0) reached();
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
    'the uploads of a batch',
    'batch',
    millraceService,
    (reached) => {
      const last = after(lanes, reached);
      return {
        '/upload': (_seen, _response, request) => {
          request.once('data', () => {
            request.pause();
            last();
          });
          return undefined;
        },
      };
    },
  ],
  ['the waits of a batch', 'batch', millraceService, (reached) => ({ '/v1/runs': silent(after(lanes, reached)) })],
  ['the downloads of a batch', 'batch', millraceService, (reached) => ({ '/download': torso(after(lanes, reached)) })],
  [
    'the delay between two looks',
    'wait',
    hostedService,
    (reached) => ({ '/krixik-core-process-status': () => (reached(), ongoing) }),
  ],
  ['a look that the server holds back', 'wait', millraceService, (reached) => ({ '/v1/runs': silent(reached) })],
  ['a download', 'fetch', hostedService, (reached) => ({ '/download': torso(reached) })],
];

async function abortOnce(call: string, service: typeof hostedService, stage: Stage) {
  const directory = await scratch();
  await mkdir(join(directory, 'out'));
  await writeFile(join(directory, 'big.txt'), Buffer.alloc(8 * 2 ** 20, 'word '));
  await mkdir(join(directory, 'many'));
  for (let n = 0; n < 2 * lanes; n++) await writeFile(join(directory, `many/${n}.txt`), Buffer.alloc(2 ** 18, 'word '));
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
  const left = (await readdir(directory, { recursive: true })).filter((path) => /^out\/|\.lock/.test(path));
  return { ...said, code: await code, hasEnded, open: stdout, left };
}

describe('abort leaves nothing open, and rejects with the reason within 50 ms, in', () => {
  it.each(stages)(
    '%s',
    async (_name, call, service, stage) => {
      let wasSoon = false;
      // another program may take the processor in any one of them
      for (let round = 0; round < 8 && !wasSoon; round++) {
        const { ms, turns, ...rest } = await abortOnce(call, service, stage);
        expect(rest).toEqual({
          isReason: true,
          outcome: 'undefined',
          // it ended by itself and soon, so no socket and no timer was left
          code: 0,
          hasEnded: true,
          open: '[]',
          left: [],
        });
        // on a busy machine, at the next turn of the loop
        wasSoon = ms < 50 || (turns < 2 && ms < 500);
      }
      expect(wasSoon).toBe(true);
    },
    180_000,
  );
});

/** What all open files share. */
async function everyFile(directory: string): Promise<FileHandle> {
  const probe = await open(join(directory, 'probe'), 'w');
  await probe.close();
  return Object.getPrototypeOf(probe) as FileHandle;
}

/** From its n-th sync on, the disk does not answer before it is released. */
async function stuckDisk(directory: string, nth: number, onStuck: () => void): Promise<() => void> {
  const handle = await everyFile(directory);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let syncs = 0;
  const spy = vi.spyOn(handle, 'sync').mockImplementation(async () => {
    if (++syncs < nth) return;
    if (syncs === nth) onStuck();
    await released;
  });
  onTestFinished(() => spy.mockRestore());
  return release;
}

describe('an aborted batch whose disk does not answer', () => {
  /** One that has rejected, while its manifest is not closed before `release()`. `start` begins another one on the same manifest. */
  async function stuckBatch() {
    const { client, to } = await millraceService();
    const directory = await scratch();
    const file = await textFile(directory);
    const pipeline = client.createPipeline('notes', ['parser']);
    const options = { manifest: join(directory, 'm.jsonl'), downloadOutput: false } as const;
    const start = (given: { signal?: AbortSignal } = {}) =>
      pipeline.processMany([file], { ...options, ...given }).all();
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    // the third line says that the run has begun
    const release = await stuckDisk(directory, 3, () => stop.abort(reason));
    await expect(start({ signal: stop.signal })).rejects.toBe(reason);
    return { start, reason, release, directory, to };
  }

  it('rejects all the same; whoever opens its manifest next waits for it, and goes on from what it says', async () => {
    const { start, release, directory, to } = await stuckBatch();
    const next = start();
    expect(await readdir(directory)).toContain('m.jsonl.lock');
    release();
    expect(await next).toMatchObject({ succeeded: 1, failed: 0 });
    expect(to('/upload')).toHaveLength(1);
    expect(await readdir(directory)).not.toContain('m.jsonl.lock');
  });

  it('is not in the way of the next one when another, that waited for it, was aborted while it did', async () => {
    const { start, reason, release, directory, to } = await stuckBatch();
    const stopSecond = new AbortController();
    const second = start({ signal: stopSecond.signal });
    stopSecond.abort(reason);
    await expect(second).rejects.toBe(reason);
    const third = start();
    release();
    expect(await third).toMatchObject({ succeeded: 1, failed: 0 });
    expect(to('/upload')).toHaveLength(1);
    expect(await readdir(directory)).not.toContain('m.jsonl.lock');
  });
});

describe('a batch whose manifest cannot be written', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  /** The next that is synced comes to this instead. */
  async function insteadOfSync(directory: string, act: (file: FileHandle) => Promise<void>): Promise<void> {
    const handle = await everyFile(directory);
    const spy = vi.spyOn(handle, 'sync').mockImplementationOnce(function (this: FileHandle) {
      return act(this);
    });
    onTestFinished(() => spy.mockRestore());
  }
  async function openFiles(): Promise<string[]> {
    const files = await readdir('/proc/self/fd');
    return Promise.all(files.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  }

  it('leaves neither the file open nor its lock', async () => {
    const { client } = await millraceService();
    const directory = await scratch();
    const file = await textFile(directory);
    const manifest = join(directory, 'm.jsonl');
    await insteadOfSync(directory, () => Promise.reject(full));
    const batch = client.createPipeline('notes', ['parser']).processMany([file], { manifest, downloadOutput: false });
    await expect(batch.all()).rejects.toBe(full);
    expect(await openFiles()).not.toContain(manifest);
    expect(await readdir(directory)).not.toContain('m.jsonl.lock');
  });

  it('leaves no lock when what fails is the close', async () => {
    const { client } = await millraceService();
    const directory = await scratch();
    const manifest = join(directory, 'm.jsonl');
    const batch = client.createPipeline('notes', ['parser']).processMany([], { manifest, downloadOutput: false });
    await insteadOfSync(directory, async (file) => {
      const close = file.close.bind(file);
      file.close = async () => {
        await close();
        throw full;
      };
    });
    await expect(batch.all()).rejects.toBe(full);
    expect(await readdir(directory)).not.toContain('m.jsonl.lock');
  });
});
