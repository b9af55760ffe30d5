import { describe, expect, it } from 'vitest';
import type { EndpointSettings } from '../../src/module-contract/model-settings.js';
import { failureOf } from '../runner/fixture-runner.js';
import { endpointAt } from '../modules/endpoint-at.js';
import { startOpenAiServer, type Habit, type Reply } from '../support/endpoints/openai-server.js';
import { openTestModel } from './open.js';

async function translateAndFail(reply: Reply | Habit, more: Partial<EndpointSettings> = {}) {
  const server = await startOpenAiServer(typeof reply === 'function' ? reply : () => reply);
  const endpoint = { ...endpointAt(server.baseUrl).endpoint!, ...more };
  const { model } = await openTestModel('translate', 'opus-mt-en-es', { endpoint, module: 'translate' });
  const failure = await failureOf(model.translate(['one']));
  return { server, message: (failure as Error).message.replace(/^The endpoint 127\.0\.0\.1:\d+ /, '') };
}
const page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';

describe('the error of an endpoint', () => {
  it.each<[string, Reply, string]>([
    [
      'LM Studio, with status 200',
      { body: { error: 'Unexpected endpoint or method. (POST /v1/x)' } },
      'returned an error: Unexpected endpoint or method. (POST /v1/x).',
    ],
    [
      'OpenRouter, with status 200',
      { body: { error: { message: 'Provider returned error', code: 402, metadata: { raw: 'no credits' } } } },
      'returned 402: Provider returned error: no credits.',
    ],
    [
      'Ollama',
      { status: 404, body: { error: "model 'llava' not found" } },
      "returned 404 (model or path not found): model 'llava' not found.",
    ],
    [
      'FastAPI, a text',
      { status: 404, body: { detail: "Model 'tiny' is not installed locally." } },
      "returned 404 (model or path not found): Model 'tiny' is not installed locally.",
    ],
    [
      'FastAPI, a list',
      { status: 422, body: { detail: [{ loc: ['body', 'model'], msg: 'Field required', type: 'missing' }] } },
      'returned 422: model: Field required.',
    ],
    [
      'vLLM',
      {
        status: 400,
        body: { object: 'error', message: "This model's maximum context length is 512 tokens.", code: 400 },
      },
      "returned 400: This model's maximum context length is 512 tokens.",
    ],
    [
      'Mistral',
      {
        status: 422,
        body: { object: 'error', message: { detail: [{ loc: ['body', 'n'], msg: 'Extra inputs are not permitted' }] } },
      },
      'returned 422: n: Extra inputs are not permitted.',
    ],
    [
      'Gemini, in a list',
      { status: 400, body: [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }] },
      'returned 400: API key not valid.',
    ],
    [
      'Azure',
      {
        status: 400,
        body: { error: { message: 'The prompt triggered the content management policy.', code: 'content_filter' } },
      },
      'returned 400: The prompt triggered the content management policy.',
    ],
    [
      'a proxy',
      { status: 403, headers: { 'content-type': 'text/html' }, body: page },
      'returned 403 (invalid API key): a web page, "502 Bad Gateway".',
    ],
    [
      'plain text',
      { status: 405, headers: { 'content-type': 'text/plain' }, body: 'not here\n' },
      'returned 405: not here.',
    ],
    [
      'a redirect',
      { status: 307, headers: { location: 'https://new.example/v1/chat/completions?key=x' }, body: '' },
      'returned 307. It redirects to https://new.example/v1/chat/completions: use that as its URL.',
    ],
    ['an empty response', { status: 418, body: '' }, 'returned 418.'],
    [
      'a page instead of a response',
      { headers: { 'content-type': 'text/html' }, body: page },
      'did not return a chat completion, but a web page, "502 Bad Gateway".',
    ],
  ])("quotes the server's message: %s", async (_, reply, expected) => {
    const { server, message } = await translateAndFail(reply);
    expect(message).toBe(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('does not contain the API key', async () => {
    const apiKey = 'sk-secret-0123456789';
    const { message } = await translateAndFail({ status: 401, body: `no luck with ${apiKey}` }, { apiKey });
    expect(message).toBe('returned 401 (invalid API key): no luck with sk…89.');
  });
});

describe('a busy endpoint', () => {
  const limit = (headers: Record<string, string>): Reply => ({
    status: 429,
    headers,
    body: { error: { message: 'Daily limit reached.', type: 'requests' } },
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['3600 s', { 'retry-after': '3600' }, /It asks to wait 3600 s, longer than its timeout of 20 s allows\./],
    ['until a date', { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() }, /It asks to wait 7\d\d\d s/],
  ])('fails the request at once if its Retry-After is %s, with its message', async (_, headers, expected) => {
    const { server, message } = await translateAndFail(limit(headers));
    expect(message).toMatch(/^returned 429 \(too many requests\): Daily limit reached\. It asks/);
    expect(message).toMatch(expected);
    expect(server.requests).toHaveLength(1);
  });

  it('fails the request after eight attempts', async () => {
    const { server, message } = await translateAndFail(limit({ 'retry-after-ms': '1' }));
    expect(message).toBe('returned 429 (too many requests): Daily limit reached.');
    expect(server.requests).toHaveLength(8);
  });

  it('gets one request if the account has no credit', async () => {
    const error = { message: 'You exceeded your current quota.', code: 'insufficient_quota' };
    const { server } = await translateAndFail({ status: 429, body: { error } });
    expect(server.requests).toHaveLength(1);
  });

  it('gets another request after a 429, and after a 503 while it loads its model', async () => {
    const replies = [
      limit({ 'retry-after-ms': '1' }),
      { status: 503, headers: { 'retry-after-ms': '1' }, body: { error: { message: 'Loading model' } } },
    ];
    const server = await startOpenAiServer(() => replies.shift());
    const { model } = await openTestModel('translate', 'opus-mt-en-es', {
      ...endpointAt(server.baseUrl),
      module: 'translate',
    });
    expect(await model.translate(['one'])).toEqual(['you said: one']);
  });

  it('fails with both errors if it times out after a 429', async () => {
    let count = 0;
    const { message } = await translateAndFail(
      () => ((count += 1) === 1 ? limit({ 'retry-after-ms': '1' }) : new Promise<undefined>(() => undefined)),
      { timeoutSeconds: 0.5 },
    );
    expect(message).toMatch(
      /^did not respond within 0\.5 s\..* Before that, it returned 429 \(too many requests\): Daily limit/,
    );
  });

  it('is abandoned when the run is cancelled during the delay', async () => {
    const server = await startOpenAiServer(() => limit({ 'retry-after': '15' }));
    const controller = new AbortController();
    const settings = { ...endpointAt(server.baseUrl), module: 'translate' };
    const { model } = await openTestModel('translate', 'opus-mt-en-es', settings, { signal: controller.signal });
    const failing = failureOf(model.translate(['one']));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error('the run was cancelled'));
    expect(String(await failing)).toContain('the run was cancelled');
  });

  it('aborts its other requests if one fails', async () => {
    let stopped = 0;
    const server = await startOpenAiServer(async (request) => {
      if (JSON.stringify(request.json).includes('first')) return { status: 401, body: '' };
      await new Promise(() => undefined);
      return undefined;
    });
    const { model } = await openTestModel('translate', 'opus-mt-en-es', {
      ...endpointAt(server.baseUrl),
      module: 'translate',
    });
    const others = ['second', 'third'].map((text) => model.translate([text]).catch(() => (stopped += 1)));
    await expect.poll(() => server.requests.length).toBe(2);
    await expect(model.translate(['first'])).rejects.toThrow(/returned 401/);
    await Promise.all(others);
    expect(stopped).toBe(2);
  });
});
