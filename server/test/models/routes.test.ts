import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from 'millrace/shared/modules/catalogue.js';
import { readSettings } from '../../src/settings/config.js';
import { createModelSettingsLookup } from '../../src/settings/module-settings.js';
import { chooseDefaultModels } from '../../src/models/choose-default-models.js';
import { chooseRoute, getModelAvailability } from '../../src/models/choose-route.js';
import { modulesWithModels, getTask } from '../../src/models/known-models.js';
import {
  createBuiltinOnlySettings,
  type EndpointSettings,
  type ModelSettings,
} from '../../src/module-contract/model-settings.js';
import { createTestDirectory } from './open.js';

const endpoint: EndpointSettings = {
  baseUrl: 'http://127.0.0.1:9/v1',
  timeoutSeconds: 1,
  windowCharacters: 100,
  concurrency: 4,
};
const root = await createTestDirectory();
let directories = 0;

/** Creates a model directory with these files, whose content is not valid. */
async function createModelDir(repo: string, ...files: string[]): Promise<string> {
  const modelDir = join(root, String((directories += 1)));
  for (const file of files) {
    const path = join(modelDir, repo, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x');
  }
  return modelDir;
}

const texts = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const minilm = 'all-MiniLM-L6-v2';
const settings = (module: string, more: Partial<ModelSettings> = {}): ModelSettings => ({
  ...createBuiltinOnlySettings(module),
  ...more,
});
const reasonOf = async (...args: Parameters<typeof chooseRoute>): Promise<string> => {
  const route = await chooseRoute(...args);
  if (route.route !== null) throw new Error(`Expected no route, got ${route.route}`);
  return route.reason;
};

describe('the route of a model', () => {
  it('is the endpoint first, then the model directory, then a download', async () => {
    const modelDir = await createModelDir(`Xenova/${minilm}`, ...texts, 'onnx/model_quantized.onnx');
    const routeOf = async (more: Partial<ModelSettings>) =>
      (await chooseRoute('embeddings', minilm, settings('text-embedder', more), true)).route;
    expect(await routeOf({ endpoint, modelDir, allowDownloads: true })).toBe('endpoint');
    expect(
      await chooseRoute('embeddings', minilm, settings('text-embedder', { modelDir, allowDownloads: true }), true),
    ).toEqual({
      route: 'transformers',
      folder: join(modelDir, 'Xenova', minilm),
      precision: 'q8',
      mustDownload: false,
    });
    await rm(modelDir, { recursive: true });
    expect(
      await chooseRoute('embeddings', minilm, settings('text-embedder', { modelDir, allowDownloads: true }), true),
    ).toMatchObject({
      route: 'transformers',
      mustDownload: true,
    });
    expect(await routeOf({ modelDir })).toBeNull();
  });

  it('has the precision of the installed files, unless one is requested', async () => {
    const modelDir = await createModelDir('Xenova/opus-mt-en-es', ...texts, ...['encoder', 'decoder'].map(networkOf));
    const route = await chooseRoute('translate', 'opus-mt-en-es', settings('translate', { modelDir }));
    expect(route).toMatchObject({ route: 'transformers', precision: 'q8' });
    const exactDir = await createModelDir(`Xenova/${minilm}`, ...texts, 'onnx/model.onnx');
    const chooseInExactDir = (quantize: boolean) =>
      chooseRoute('embeddings', minilm, settings('text-embedder', { modelDir: exactDir }), quantize);
    expect(await chooseInExactDir(false)).toMatchObject({ route: 'transformers', precision: 'fp32' });
    expect(await chooseInExactDir(true)).toMatchObject({
      route: null,
      reason: expect.stringContaining('model_quantized.onnx') as string,
    });
  });
});

const networkOf = (part: string): string =>
  `onnx/${part === 'encoder' ? 'encoder_model' : 'decoder_model_merged'}_quantized.onnx`;

describe('a model that cannot run', () => {
  it('has an error that says where its files belong, and every way to get it', async () => {
    const reason = await reasonOf('translate', 'opus-mt-en-es', settings('translate', { modelDir: '/srv/models' }));
    expect(reason).toBe(
      'Model "opus-mt-en-es" is not installed and downloads are disabled. Put its files into /srv/models/Xenova/opus-mt-en-es ' +
        '(missing: config.json, tokenizer.json, tokenizer_config.json, onnx/encoder_model.onnx, onnx/decoder_model_merged.onnx), ' +
        'run `millrace models pull opus-mt-en-es`, start the server with --allow-downloads, ' +
        'or set MILLRACE_TRANSLATE_BASE_URL to an OpenAI-compatible endpoint.',
    );
  });

  it('has an error with the missing files if it is partly installed', async () => {
    const modelDir = await createModelDir(`Xenova/${minilm}`, ...texts);
    const reason = await reasonOf('embeddings', minilm, settings('text-embedder', { modelDir }), true);
    expect(reason).toContain('(missing: onnx/model_quantized.onnx)');
    expect(reason).toContain('MILLRACE_TEXT_EMBEDDER_BASE_URL');
  });

  it('has an error with a supported model if its architecture is not supported', async () => {
    const options = { modelDir: '/srv/models', allowDownloads: true };
    expect(await reasonOf('caption', 'blip-image-captioning-base', settings('caption', options))).toBe(
      'Model "blip-image-captioning-base" cannot run locally (its type "blip" is not supported). ' +
        'Use vit-gpt2-image-captioning, or set MILLRACE_CAPTION_BASE_URL to an OpenAI-compatible endpoint that serves it.',
    );
  });

  it('has an error that offers no download if it is not published', async () => {
    const options = { modelDir: '/srv/models', allowDownloads: true };
    const reason = await reasonOf('embeddings', 'msmarco-distilbert-dot-v5', settings('text-embedder', options));
    expect(reason).toContain('has no known public copy');
    expect(reason).not.toContain('pull');
  });

  it.each(['../../etc', 'gpt-4', '', '__proto__'])(
    'is rejected by name if the catalogue does not have it: %j',
    async (name) => {
      const options = { modelDir: '/', allowDownloads: true };
      expect(await reasonOf('embeddings', name, settings('text-embedder', options))).toContain('has no model');
    },
  );
});

describe('every model of the catalogue', () => {
  const all = catalogue.flatMap(({ name, models }) => models.map((model) => ({ module: name, model })));

  it.each(all)('has a route or a reason: $module $model.name', async ({ module, model }) => {
    const { available, route, reason } = await getModelAvailability(
      module,
      model,
      settings(module, { modelDir: root }),
    );
    expect(available).toBe(route !== undefined);
    expect(available).toBe(reason === undefined);
    if (!modulesWithModels.includes(module) || model.builtin) expect(route).toBe('builtin');
    else expect(reason).toContain(`_BASE_URL to an OpenAI-compatible endpoint`);
  });

  it.each(all.filter(({ module, model }) => getTask(module) && !model.builtin))(
    'runs on an endpoint: $module $model.name',
    async ({ module, model }) => {
      expect(await getModelAvailability(module, model, settings(module, { endpoint }))).toEqual({
        available: true,
        route: 'endpoint',
      });
    },
  );
});

describe('the default model', () => {
  const defaultOf = async (module: string, more: Partial<ModelSettings>) =>
    (await chooseDefaultModels(catalogue, (name) => settings(name, more))).get(module);

  it('is the built-in model if no other is available', async () => {
    expect(await defaultOf('text-embedder', { modelDir: root })).toBe('builtin-hash-384');
    expect(await defaultOf('translate', { modelDir: root })).toBeUndefined();
  });

  it("is the catalogue's default if that can run", async () => {
    const modelDir = await createModelDir(`Xenova/${minilm}`, ...texts, 'onnx/model_quantized.onnx');
    expect(await defaultOf('text-embedder', { modelDir })).toBe(minilm);
    expect(await defaultOf('text-embedder', { modelDir: root, allowDownloads: true })).toBe(minilm);
    expect(await defaultOf('translate', { endpoint })).toBe('opus-mt-en-es');
  });

  it("is the first available model if the catalogue's default cannot run", async () => {
    const modelDir = await createModelDir('Xenova/all-mpnet-base-v2', ...texts, 'onnx/model_quantized.onnx');
    expect(await defaultOf('text-embedder', { modelDir })).toBe('all-mpnet-base-v2');
  });
});

describe('the settings of models', () => {
  const read = (env: Record<string, string>) => {
    const all = readSettings({ dataDir: '/data' }, env);
    return createModelSettingsLookup(all)('text-embedder');
  };

  it('by default store models in the data directory, and allow no downloads', () => {
    expect(read({})).toEqual({
      module: 'text-embedder',
      cache: { directory: '/data/responses', maxBytes: 2 ** 28 },
      endpoint: undefined,
      conversion: undefined,
      modelDir: '/data/models',
      allowDownloads: false,
      hub: 'https://huggingface.co',
      hubToken: undefined,
      downloadIdleSeconds: 30,
    });
  });

  it("read the variables of Hugging Face, but prefer Millrace's", () => {
    const huggingFaceVariables = { HF_HOME: '/hf', HF_ENDPOINT: 'https://mirror.example', HF_TOKEN: 'hf_secret' };
    expect(read({ ...huggingFaceVariables, MILLRACE_ALLOW_DOWNLOADS: '1' })).toMatchObject({
      modelDir: '/hf',
      hub: 'https://mirror.example',
      hubToken: 'hf_secret',
      allowDownloads: true,
    });
    expect(
      read({ ...huggingFaceVariables, MILLRACE_MODEL_DIR: '/own', MILLRACE_MODEL_HUB: 'https://own.example' }),
    ).toMatchObject({
      modelDir: '/own',
      hub: 'https://own.example',
      // the token is not sent to another hub
      hubToken: undefined,
    });
    expect(read({ MILLRACE_ALLOW_DOWNLOADS: 'true', HF_HUB_OFFLINE: '1' })).toMatchObject({ allowDownloads: false });
  });

  it("give each module its endpoint, without another module's key", () => {
    const env = {
      MILLRACE_TEXT_EMBEDDER_BASE_URL: 'http://127.0.0.1:11434/v1',
      MILLRACE_TEXT_EMBEDDER_MODELS: 'all-MiniLM-L6-v2=nomic-embed-text, all-mpnet-base-v2=bge-base',
      MILLRACE_TEXT_EMBEDDER_TIMEOUT: '5',
      MILLRACE_CAPTION_BASE_URL: 'https://api.example/v1',
      MILLRACE_CAPTION_API_KEY: 'sk-secret',
      MILLRACE_CAPTION_MODEL: 'gpt-4o-mini',
    };
    expect(read(env).endpoint).toEqual({
      baseUrl: 'http://127.0.0.1:11434/v1',
      models: { 'all-MiniLM-L6-v2': 'nomic-embed-text', 'all-mpnet-base-v2': 'bge-base' },
      timeoutSeconds: 5,
      windowCharacters: 4000,
      concurrency: 4,
    });
    expect(JSON.stringify(read(env))).not.toContain('sk-secret');
  });

  it.each([
    [{ MILLRACE_CAPTION_BASE_URL: 'ftp://somewhere' }, /endpoints\.caption\.baseUrl: must be a URL/],
    [
      { MILLRACE_CAPTION_BASE_URL: 'http://me:secret@127.0.0.1/v1' },
      /baseUrl: must not contain a user name or password; (?!.*secret)/,
    ],
    [
      { HF_ENDPOINT: 'https://:secret@mirror.test' },
      /modelHub[^:]*: must not contain a user name or password; (?!.*secret)/,
    ],
    [
      { MILLRACE_CAPTION_BASE_URL: 'http://127.0.0.1/v1', MILLRACE_CAPTION_TIMEOUT: 'soon' },
      /endpoints\.caption\.timeoutSeconds/,
    ],
    [
      { MILLRACE_CAPTION_BASE_URL: 'http://127.0.0.1/v1', MILLRACE_CAPTION_MODELS: 'one' },
      /endpoints\.caption\.models\.one/,
    ],
    [{ HF_ENDPOINT: 'mirror' }, /modelHub: must be a URL/],
    [
      { MILLRACE_CAPTION_BASE_URL: 'http://127.0.0.1/v1/chat/completions' },
      /must be the base URL, without '\/chat\/completions'/,
    ],
    [
      { MILLRACE_CAPTION_BASE_URL: 'https://me.openai.azure.com' },
      /must end in '\/openai\/v1', or in '\/openai\/deployments/,
    ],
    [
      { MILLRACE_CAPTION_BASE_URL: 'https://127.0.0.1/v1?api_key=secret' },
      /must not contain a key; use the apiKey setting instead(?!.*=secret)/,
    ],
  ])('are rejected if they are invalid: %j', (env, message) => {
    expect(() => read(env)).toThrow(message);
  });

  it('have a conversion endpoint, which is not a model endpoint', () => {
    const env = {
      MILLRACE_CONVERSION_BASE_URL: 'http://127.0.0.1:9998',
      MILLRACE_CONVERSION_SERVICE: 'tika',
      MILLRACE_CONVERSION_KINDS: 'pdf, .doc,.wpd',
    };
    expect(read(env)).toMatchObject({
      endpoint: undefined,
      conversion: { service: 'tika', kinds: ['pdf', '.doc', '.wpd'], whenAway: 'fail', timeoutSeconds: 300 },
    });
    expect(readSettings({ dataDir: '/data' }, env).endpoints).toEqual({});
    expect(() => read({ ...env, MILLRACE_CONVERSION_KINDS: 'pdf,png' })).toThrow(
      /conversion\.kinds\.1: must be one of text, pdf, docx, .*, or an extension such as \.wpd/,
    );
    expect(() => read({ ...env, MILLRACE_CONVERSION_WHEN_AWAY: 'wait' })).toThrow(/conversion\.whenAway: /);
    const withPassword = 'http://ana:hunter22hunter22@127.0.0.1';
    expect(() => read({ ...env, MILLRACE_CONVERSION_BASE_URL: withPassword })).toThrow(
      /^(?!.*hunter22).*user name or password/,
    );
  });
});
