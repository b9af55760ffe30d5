import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tinyEmbedder } from '../support/tiny-models/bag-of-words.js';
import type { ModelContent } from '../support/tiny-models/model-folder.js';
import { knownWords } from '../support/tiny-models/make-models.js';
import { pullModel } from '../../src/manage-models.js';
import { createTestDirectory, openTestModel } from './open.js';

const name = 'all-MiniLM-L6-v2';
const tiny = tinyEmbedder(knownWords);
const root = await createTestDirectory();
let directories = 0;

interface Hub {
  readonly url: string;
  readonly requests: { readonly path: string; readonly token: string | undefined }[];
}

type Handler = (response: ServerResponse, content: Buffer | undefined) => void;

const whole: Handler = (response, content) => {
  response.writeHead(content ? 200 : 404, { 'content-length': content?.length ?? 0 });
  response.end(content);
};

/** Starts a hub with one repository. */
async function startHub(files: ModelContent, respond: Handler = whole): Promise<Hub> {
  const requests: Hub['requests'] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, token: request.headers.authorization });
    const file = files[path.replace(`/Xenova/${name}/resolve/main/`, '')];
    respond(response, file === undefined || Buffer.isBuffer(file) ? file : Buffer.from(JSON.stringify(file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const newModelDir = (): string => join(root, String((directories += 1)));
const { signal } = new AbortController();
const pull = (hub: string, modelDir: string, more: { force?: boolean; idle?: number; token?: string } = {}) =>
  pullModel(
    {
      dataDir: root,
      modelDir,
      modelHub: hub,
      downloadIdleSeconds: more.idle ?? 20,
      ...(more.token && { modelHubToken: more.token }),
    },
    name,
    { signal, ...(more.force && { force: true }) },
  );

const partsOf = async (directory: string): Promise<string[]> =>
  (await readdir(directory, { recursive: true }).catch(() => [])).filter((file) => file.endsWith('.part'));

describe('a download', () => {
  it('stores a model in the model directory, and does not fetch a file twice', async () => {
    const hub = await startHub(tiny);
    const modelDir = newModelDir();
    expect(await pull(hub.url, modelDir)).toEqual({ name, folder: join(modelDir, 'Xenova', name), precision: 'q8' });
    expect(hub.requests.at(-1)?.path).toBe(`/Xenova/${name}/resolve/main/onnx/model_quantized.onnx`);
    const { model } = await openTestModel('embeddings', name, { modelDir }, { params: { quantize: true } });
    expect(await model.embed(['the mill'])).toHaveLength(1);
    const requestCount = hub.requests.length;
    await pull(hub.url, modelDir);
    // only the file that the repository did not have
    expect(hub.requests.slice(requestCount).map(({ path }) => path)).toEqual([
      expect.stringContaining('special_tokens_map.json'),
    ]);
    await pull(hub.url, modelDir, { force: true });
    expect(hub.requests.length - requestCount - 1).toBe(requestCount);
  });

  it('starts on first use if downloads are allowed', async () => {
    const hub = await startHub(tiny);
    const modelDir = newModelDir();
    const settings = { modelDir, hub: hub.url, allowDownloads: true };
    const { model, access } = await openTestModel('embeddings', name, settings, { params: { quantize: false } });
    expect(await model.embed(['the mill'])).toHaveLength(1);
    expect(access.usedModel).toEqual({ name, route: 'transformers' });
    expect(hub.requests.at(-1)?.path).toMatch(/onnx\/model\.onnx$/);
  });

  it('sends the token of the hub if one is set', async () => {
    const hub = await startHub(tiny);
    await pull(hub.url, newModelDir(), { token: 'hf_secret' });
    expect(new Set(hub.requests.map(({ token }) => token))).toEqual(new Set(['Bearer hf_secret']));
  });

  it('fetches the external data files of a large network', async () => {
    const config = {
      ...(tiny['config.json'] as Record<string, unknown>),
      'transformers.js_config': { use_external_data_format: { model_quantized: 2 } },
    };
    const data = {
      'onnx/model_quantized.onnx_data': Buffer.from('one'),
      'onnx/model_quantized.onnx_data_1': Buffer.from('two'),
    };
    const hub = await startHub({ ...tiny, ...data, 'config.json': config });
    const modelDir = newModelDir();
    const { folder } = await pull(hub.url, modelDir);
    expect(await readFile(join(folder, 'onnx/model_quantized.onnx_data_1'), 'utf8')).toBe('two');
  });
});

describe('a failing download', () => {
  it.each<[string, Handler, RegExp]>([
    [
      'does not have the file',
      (response) => response.writeHead(404).end(),
      /config\.json returned 404 \(file not found\)/,
    ],
    [
      'requires a token',
      (response) => response.writeHead(401).end(),
      /returned 401 \(a token is required; set HF_TOKEN\)/,
    ],
    ['returns a server error', (response) => response.writeHead(500).end('oh'), /returned 500/],
    [
      'closes the connection in the middle',
      (response, content) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write(content ?? '', () => response.destroy());
      },
      /config\.json could not be fetched/,
    ],
    ['never responds', () => undefined, /127\.0\.0\.1:\d+ sent no data for 0\.2 s/],
    [
      'stops sending data',
      (response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{');
      },
      /sent no data for 0\.2 s/,
    ],
  ])('has an error with the reason if the hub %s, and leaves no partial file', async (_, respond, message) => {
    const hub = await startHub(tiny, respond);
    const modelDir = newModelDir();
    const idle = message.source.includes('sent no data') ? 0.2 : 20;
    await expect(pull(hub.url, modelDir, { idle })).rejects.toThrow(message);
    expect(await partsOf(modelDir)).toEqual([]);
    await rm(modelDir, { recursive: true, force: true });
  });

  it('sends no request if downloads are disabled', async () => {
    const hub = await startHub(tiny);
    const settings = { dataDir: root, modelDir: newModelDir(), modelHub: hub.url, offline: true };
    await expect(pullModel(settings, name, { signal })).rejects.toThrow(/Downloads are disabled/);
    expect(hub.requests).toEqual([]);
  });

  it.each(['git-base', 'msmarco-distilbert-dot-v5', 'builtin-hash-384', '../x'])(
    'is rejected before it starts: %s cannot be downloaded',
    async (other) => {
      await expect(pullModel({ dataDir: root }, other, { signal })).rejects.toThrow(
        /Expected a downloadable model \(all-MiniLM-L6-v2, /,
      );
    },
  );
});
