import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ApiError, isMillraceError } from 'millrace';
import { expect, it } from 'vitest';
import { defaultLimits, fileId, hostedService, millraceService } from './support/hosted-service.js';
import type { Handler } from './support/fake-server.js';
import { parseFormParts } from './support/form-parts.js';
import { scratch, textFile } from './support/scratch.js';

const text = 'The kettle sang while rain kept time on the roof. Nobody hurried.\n';
const noWait = { waitForProcess: false } as const;

function isOpen(path: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  });
}

it('sends the content length of an upload if it is known', async () => {
  const { client, to } = await hostedService();
  await client.createPipeline('notes', ['parser']).process(Buffer.from(text), { fileName: 'a.txt', ...noWait });
  expect(Number(to('/upload')[0]?.headers['content-length'])).toBe(to('/upload')[0]?.body.length);
});

it('sends the whole body again when an upload is retried', async () => {
  let calls = 0;
  const { client, to } = await hostedService({
    '/upload': () => ({ status: ++calls < 3 ? 503 : 204, headers: { 'retry-after': '0' } }),
  });
  const file = await textFile(await scratch());
  await client.createPipeline('notes', ['parser']).process(file, noWait);
  expect(to('/upload').map((seen) => parseFormParts(seen).at(-1)?.content)).toEqual([text, text, text]);
});

it('does not retry the upload of a stream, and says why', async () => {
  const { client, to } = await hostedService({ '/upload': { status: 503 } });
  const file = { stream: Readable.from([Buffer.from(text)]), fileName: 'notes.txt', size: text.length };
  const failure = client.createPipeline('notes', ['parser']).process(file, noWait);
  await expect(failure).rejects.toThrow(/a stream can be read only once/);
  expect(to('/upload')).toHaveLength(1);
});

it('rejects a stream that was already sent, without another request', async () => {
  const { client, to } = await hostedService({ '/upload': { status: 503 } });
  const pipeline = client.createPipeline('notes', ['parser']);
  const options = { ...noWait, fileName: 'notes.txt' };
  for (const stream of [Readable.from([Buffer.from(text)]), new Blob([text]).stream()]) {
    await expect(pipeline.process(stream, options)).rejects.toThrow(/a stream can be read only once/);
    await expect(pipeline.process(stream, options)).rejects.toThrow(
      /the stream has already been read, locked or destroyed/,
    );
  }
  expect(to('/krixik-core-process')).toHaveLength(2);
  expect(to('/upload')).toHaveLength(2);
});

it('rejects an empty stream and removes the reservation', async () => {
  const { client, to } = await hostedService();
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  const failure = client.createPipeline('notes', ['parser']).process(nothing(), { ...noWait, fileName: 'notes.txt' });
  await expect(failure).rejects.toThrow(/the stream yielded no bytes/);
  await expect(failure).rejects.toMatchObject({ code: 'validation' });
  expect(to('/upload')).toEqual([]);
  expect(to('/krixik-core-delete')).toHaveLength(1);
});

it.each(['Node', 'web'])('closes a stalled %s stream on an abort', async (kind) => {
  const stop = new AbortController();
  const reason = new Error('changed my mind');
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  let pulls = 0;
  const pull = (push: (chunk: Buffer) => void): void => {
    // send a part of the file, then stall
    if (++pulls === 1) push(Buffer.alloc(2 ** 16, 'word '));
  };
  const stream =
    kind === 'Node'
      ? new Readable({
          read() {
            pull((chunk) => this.push(chunk));
          },
          destroy(error, callback) {
            close();
            callback(error);
          },
        })
      : new ReadableStream<Uint8Array>({
          pull: (controller) => pull((chunk) => controller.enqueue(chunk)),
          cancel: () => close(),
        });
  const { client } = await millraceService({
    '/upload': (_seen, _response, request) => {
      request.once('data', () => stop.abort(reason));
      return undefined;
    },
  });
  const options = { ...noWait, fileName: 'notes.txt', signal: stop.signal };
  await expect(client.createPipeline('notes', ['parser']).process(stream, options)).rejects.toBe(reason);
  await closed;
});

it('reads a web stream no faster than the server reads the upload', async () => {
  const size = 64 * 2 ** 20;
  const chunk = Buffer.alloc(2 ** 18, 'word ');
  let read = 0;
  let arrived = 0;
  let ahead = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      ahead = Math.max(ahead, read - arrived);
      if (read === size) controller.close();
      else controller.enqueue(chunk);
      read = Math.min(size, read + chunk.length);
    },
  });
  const { client } = await millraceService({
    '/upload': async (_seen, _response, request) => {
      for await (const piece of request) arrived += (piece as Buffer).length;
      return { status: 204 };
    },
  });
  await client.createPipeline('notes', ['parser']).process(stream, { ...noWait, fileName: 'notes.txt' });
  expect(arrived).toBeGreaterThan(size);
  // only the sockets buffer data
  expect(ahead).toBeLessThan(size / 2);
});

it.each([
  [200, 0],
  [201, 0],
  [307, 0],
  [400, 1],
  [403, 1],
  [502, 0],
  [504, 0],
])('fails after every status but 204: after %i it removes %i reservations', async (status, removed) => {
  const { client, to } = await hostedService({ '/upload': { status, body: 'no' } }, { maxRetries: 0 });
  const file = await textFile(await scratch());
  const failure = await client
    .createPipeline('notes', ['parser'])
    .process(file, noWait)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status, name: 'ApiError' });
  expect(to('/krixik-core-delete').map((seen) => seen.json?.['file_id'])).toEqual(Array(removed).fill(fileId));
});

it('keeps the reservation when the whole file was sent and the response was lost', async () => {
  const { client, to } = await hostedService(
    { '/upload': (_seen, response) => void response.destroy() },
    { maxRetries: 0 },
  );
  const file = await textFile(await scratch());
  await expect(client.createPipeline('notes', ['parser']).process(file, noWait)).rejects.toThrow(/closed before/);
  expect(to('/krixik-core-delete')).toEqual([]);
});

it('closes the file and removes the reservation on an abort', async () => {
  const directory = await scratch();
  const path = join(directory, 'big.txt');
  await writeFile(path, Buffer.alloc(32 * 2 ** 20, 'word '));
  const stop = new AbortController();
  const reason = new Error('changed my mind');
  const { client, to } = await millraceService({
    '/upload': (_seen, _response, request) => {
      request.once('data', () => {
        request.pause();
        stop.abort(reason);
      });
      return undefined;
    },
  });
  const failure = client.createPipeline('notes', ['parser']).process(path, { ...noWait, signal: stop.signal });
  await expect(failure).rejects.toBe(reason);
  await expect.poll(() => isOpen(path)).toBe(false);
  await expect.poll(() => to('/krixik-core-delete').length).toBe(1);
});

it('gives up an upload that stalls for as long as the timeout', async () => {
  const directory = await scratch();
  const path = join(directory, 'big.txt');
  await writeFile(path, Buffer.alloc(32 * 2 ** 20, 'word '));
  const { client } = await millraceService({
    '/upload': (_seen, _response, request) => void request.pause(),
  });
  const failure = client
    .createPipeline('notes', ['parser'])
    .process(path, { ...noWait, timeout: 300, maxRetries: 0 })
    .catch((error: unknown) => error);
  expect(isMillraceError(await failure, 'timeout')).toBe(true);
  await expect.poll(() => isOpen(path)).toBe(false);
});

it('rejects with the error of the progress callback', async () => {
  const { client } = await millraceService();
  const thrown = new TypeError('mine');
  const failure = client.createPipeline('notes', ['parser']).process(Buffer.alloc(2 ** 20, 'a '), {
    ...noWait,
    fileName: 'a.txt',
    onUploadProgress: () => {
      throw thrown;
    },
  });
  await expect(failure).rejects.toBe(thrown);
});

it('rejects with the error of the stream', async () => {
  const { client } = await millraceService();
  const thrown = new Error('tape torn');
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('some words');
    throw thrown;
  }
  const failure = client.createPipeline('notes', ['parser']).process({ stream: broken(), fileName: 'a.txt' }, noWait);
  await expect(failure).rejects.toBe(thrown);
});

it.each([5, 500])('rejects a stream whose length differs from the stated size (%i)', async (size) => {
  const { client } = await millraceService();
  const stream = Readable.from([Buffer.from(text)]);
  const failure = client
    .createPipeline('notes', ['parser'])
    .process({ stream, fileName: 'a.txt', size }, noWait)
    .catch((error: unknown) => error);
  expect(isMillraceError(await failure, 'integrity')).toBe(true);
});

it('sends every byte of a file that does not fit into a buffer', async () => {
  const { client, to } = await millraceService();
  const directory = await scratch();
  const path = join(directory, 'big.txt');
  const bytes = Buffer.alloc(9 * 2 ** 20, 'all the way home ');
  await writeFile(path, bytes);
  await client.createPipeline('notes', ['parser']).process(path, noWait);
  const sent = Buffer.from(parseFormParts(to('/upload')[0]).at(-1)?.content ?? '', 'latin1');
  const digest = (data: Buffer): string => createHash('sha256').update(data).digest('hex');
  expect(digest(sent)).toBe(digest(bytes));
});

it.each([
  [
    'the idempotency key belongs to another file',
    { status: 409 },
    'api',
    /a different file was sent with the same idemp/,
  ],
  ['a proxy drops the offset header', { status: 200 }, 'response_shape', /did not return the upload offset/],
  ['the offset is invalid', { status: 200, headers: { 'upload-offset': '-3' } }, 'response_shape', /upload offset/],
] as const)('rejects a resumable upload if %s', async (_what, head, code, message) => {
  const response: Handler = ({ method }) => (method === 'HEAD' ? head : { status: 201 });
  const { client, to } = await millraceService({ '/upload': response }, {}, { ...defaultLimits, resumableBytes: 1 });
  const failure = await client
    .createPipeline('notes', ['parser'])
    .process(Buffer.from(text), { fileName: 'a.txt', ...noWait })
    .catch((error: unknown) => error);
  if (!isMillraceError(failure, code)) throw failure;
  expect(failure.message).toMatch(message);
  expect(to('/upload').map(({ method }) => method)).toEqual(['POST', 'HEAD']);
});

it.each([
  ['creates the upload', 'POST'],
  ['returns the offset', 'HEAD'],
])('rejects a resumable upload if a proxy answers the request that %s', async (_what, answered) => {
  const response: Handler = ({ method }) =>
    method === answered ? { status: 204 } : { status: 201, headers: { 'upload-offset': '0' } };
  const { client } = await millraceService({ '/upload': response }, {}, { ...defaultLimits, resumableBytes: 1 });
  const failure = await client
    .createPipeline('notes', ['parser'])
    .process(Buffer.from(text), { fileName: 'a.txt', ...noWait })
    .catch((error: unknown) => error);
  if (!isMillraceError(failure, 'response_shape')) throw failure;
  expect(failure.message).toMatch(/responded with HTTP 204/);
});

it('sends the rest again if the server reports a smaller offset', async () => {
  const offsets = ['0', '40', '40', String(text.length)];
  const pieces: string[] = [];
  const response: Handler = ({ method, body }) => {
    if (method === 'POST') return { status: 201 };
    if (method === 'PATCH') pieces.push(body.toString());
    return { status: method === 'HEAD' ? 200 : 204, headers: { 'upload-offset': offsets.shift() ?? '' } };
  };
  const { client } = await millraceService({ '/upload': response }, {}, { ...defaultLimits, resumableBytes: 1 });
  await client.createPipeline('notes', ['parser']).process(Buffer.from(text), { fileName: 'a.txt', ...noWait });
  expect(pieces).toEqual([text, text.slice(40)]);
});

it.each([
  ['has no offset', { status: 204 }, 0],
  ['is from a gateway', { status: 504 }, 0],
  ['is a permanent rejection', { status: 403, json: { message: 'no' } }, 1],
])(
  'removes the reservation of a resumable upload only after a permanent rejection: the last response %s',
  async (_what, last, removed) => {
    const response: Handler = ({ method }) =>
      method === 'PATCH' ? last : { status: method === 'HEAD' ? 200 : 201, headers: { 'upload-offset': '0' } };
    const { client, to } = await millraceService(
      { '/upload': response },
      { maxRetries: 0 },
      { ...defaultLimits, resumableBytes: 1 },
    );
    const sending = client
      .createPipeline('notes', ['parser'])
      .process(Buffer.from(text), { fileName: 'a.txt', ...noWait });
    await expect(sending).rejects.toSatisfy((error) => isMillraceError(error));
    expect(to('/krixik-core-delete')).toHaveLength(removed);
  },
);

it('sends a file to a server that accepts a few bytes per request, without retries', async () => {
  const step = 4;
  let received = 0;
  const response: Handler = ({ method, body }) => {
    if (method === 'POST') return { status: 201 };
    if (method === 'PATCH') received += Math.min(step, body.length);
    return { status: method === 'HEAD' ? 200 : 204, headers: { 'upload-offset': String(received) } };
  };
  const { client, to } = await millraceService(
    { '/upload': response },
    { maxRetries: 0 },
    { ...defaultLimits, resumableBytes: 1 },
  );
  await client.createPipeline('notes', ['parser']).process(Buffer.from(text), { fileName: 'a.txt', ...noWait });
  expect(to('/upload').filter(({ method }) => method === 'PATCH')).toHaveLength(Math.ceil(text.length / step));
});

it('continues as long as bytes arrive, even if a gateway times out repeatedly', async () => {
  let received = 0;
  let timeouts = 0;
  const response: Handler = ({ method, body }) => {
    if (method === 'POST') return { status: 201 };
    if (method === 'HEAD') return { status: 200, headers: { 'upload-offset': String(received) } };
    received += Math.min(16, body.length);
    timeouts++;
    return { status: 504, headers: { 'retry-after': '0' } };
  };
  const { client } = await millraceService(
    { '/upload': response },
    { maxRetries: 1 },
    { ...defaultLimits, resumableBytes: 1 },
  );
  await client.createPipeline('notes', ['parser']).process(Buffer.from(text), { fileName: 'a.txt', ...noWait });
  expect(timeouts).toBe(Math.ceil(text.length / 16));
});
