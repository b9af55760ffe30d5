import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { onPostgres } from '../support/database/backend.js';
import { blobFiles } from '../support/blob-files.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';

const KB = 1024;
/** Returns the content of a file in which no two parts are the same. */
const createContent = (seed: string): Buffer =>
  Buffer.concat(Array.from({ length: 64 * KB }, (_, n) => createHash('sha256').update(`${seed} ${n}`).digest()));
const [file, another] = [createContent('one'), createContent('another')];
const { length } = file;
const third = Math.floor(length / 3);

interface Response {
  readonly status: number | undefined;
  readonly offset: string | undefined;
}

/** Reserves a file at one server. @returns The requests of tus 1.0 for it, which can be sent to any server. */
async function reserve(at: ServerProcess) {
  const { body } = await at.client.process('tus', ['parser'], { file_name: 'shared.txt' });
  const { fields } = body.presigned_post_url_results;
  const openRequest = (
    server: ServerProcess,
    method: string,
    headers: Record<string, string | number>,
  ): ClientRequest =>
    request(`${server.client.url}/_upload/${fields['key']}`, {
      method,
      agent: false,
      headers: { 'upload-policy': fields['policy'], 'upload-signature': fields['signature'], ...headers },
    });
  const send = (server: ServerProcess, method: string, headers: Record<string, string | number> = {}) => {
    const sent = openRequest(server, method, headers);
    const response = responseOf(sent);
    sent.end();
    return response;
  };
  return {
    runId: body.request_id,
    create: (server: ServerProcess, version = 'one') =>
      send(server, 'POST', { 'upload-length': length, 'upload-metadata': version }),
    offset: async (server: ServerProcess) => {
      const response = await send(server, 'HEAD');
      return response instanceof Error ? response : Number(response.offset);
    },
    /** Opens a request for a piece up to the end of the file. The caller writes the content. */
    piece: (server: ServerProcess, offset: number, version = 'one') => {
      const sent = openRequest(server, 'PATCH', {
        'upload-offset': offset,
        'content-length': length - offset,
        'content-type': 'application/offset+octet-stream',
        'upload-metadata': version,
      });
      return { sent, response: responseOf(sent) };
    },
  };
}

function responseOf(sent: ClientRequest): Promise<Response | Error> {
  return new Promise((resolve) => {
    sent.once('response', (response: IncomingMessage) => {
      response.resume();
      resolve({ status: response.statusCode, offset: response.headers['upload-offset'] as string | undefined });
    });
    sent.once('error', resolve);
  });
}

const complete = { status: 204, offset: String(length) };

describe.runIf(onPostgres)('two servers that share a data directory', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    // runs after the test has ended its servers, which `afterEach` does not
    onTestFinished(() => database.cleanup());
  });

  const start = () => {
    // without a worker, an uploaded file stays unchanged
    const options = { ...database.options, worker: false, resumableBytes: 1 };
    return Promise.all([startServerProcess(options), startServerProcess(options)]);
  };

  /** Reads all stored blobs. */
  async function readBlobs(): Promise<Buffer[]> {
    const { dataDir } = database.options;
    return Promise.all(
      (await blobFiles(dataDir)).map((name) => readFile(join(dataDir, 'blobs', name.slice(0, 2), name))),
    );
  }

  async function expectOneFile(server: ServerProcess, runId: string, bytes: Buffer): Promise<void> {
    const [blob, ...more] = await readBlobs();
    expect(more).toEqual([]);
    expect(blob?.equals(bytes)).toBe(true);
    expect((await server.client.list('tus')).body.items).toHaveLength(0);
    expect((await server.v1.run(runId)).body.state).toBe('pending');
  }

  it('continue an upload on one server after the other is killed during a piece', async () => {
    const [first, second] = await start();
    const upload = await reserve(first);
    await upload.create(first);
    const piece = upload.piece(first, 0);
    piece.sent.write(file.subarray(0, third));
    await expect.poll(() => upload.offset(second)).toBe(third);
    await first.kill();
    expect(await piece.response).toBeInstanceOf(Error);
    expect(await upload.create(second)).toMatchObject({ status: 201 });
    expect(await upload.offset(second)).toBe(third);
    const rest = upload.piece(second, third);
    rest.sent.end(file.subarray(third));
    expect(await rest.response).toEqual(complete);
    await expectOneFile(second, upload.runId, file);
  });

  it('complete an upload that sends the same bytes to both at once, and both report its completion', async () => {
    const [first, second] = await start();
    const upload = await reserve(first);
    await Promise.all([upload.create(first), upload.create(second)]);
    const one = upload.piece(first, 0);
    one.sent.write(file.subarray(0, third));
    await expect.poll(() => upload.offset(second)).toBe(third);
    const other = upload.piece(second, third);
    other.sent.write(file.subarray(third, third + KB));
    await expect.poll(() => upload.offset(first)).toBe(third + KB);
    // the first request skips what the second one wrote, and ends before it
    one.sent.end(file.subarray(third));
    expect(await one.response).toEqual(complete);
    other.sent.end(file.subarray(third + KB));
    expect(await other.response).toEqual(complete);
    await expectOneFile(first, upload.runId, file);
    expect(await upload.offset(second)).toBe(length);
  });

  it('keep only the later of two different files, without bytes of the earlier one', async () => {
    const [first, second] = await start();
    const upload = await reserve(first);
    await upload.create(first, 'one');
    const one = upload.piece(first, 0, 'one');
    one.sent.write(file.subarray(0, third));
    await expect.poll(() => upload.offset(second)).toBe(third);
    await upload.create(second, 'another');
    expect(await upload.offset(first)).toBe(0);
    const other = upload.piece(second, 0, 'another');
    other.sent.write(another.subarray(0, KB));
    await expect.poll(() => upload.offset(first)).toBe(KB);
    one.sent.end(file.subarray(third));
    expect(await one.response).toMatchObject({ status: 409 });
    other.sent.end(another.subarray(KB));
    expect(await other.response).toEqual(complete);
    await expectOneFile(second, upload.runId, another);
  });
});
