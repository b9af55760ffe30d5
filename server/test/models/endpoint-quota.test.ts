import { expect, it } from 'vitest';
import { ModelAccess } from '../../src/module-contract/model-access.js';
import { createBuiltinOnlySettings } from '../../src/module-contract/model-settings.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { openModel } from '../../src/models/open-model.js';
import { endpointAt } from '../modules/endpoint-at.js';
import { failureOf } from '../runner/fixture-runner.js';
import { startOpenAiServer, type Reply } from '../support/endpoints/openai-server.js';

const limit = (headers: Record<string, string>): Reply => ({
  status: 429,
  headers,
  body: { error: { message: 'Limit of a minute reached.' } },
});

/** Starts an endpoint that translates one text, then returns a 429 with these headers, and then translates again. */
async function startLimitedEndpoint(headers: Record<string, string>, deadlineMs?: number) {
  const server = await startOpenAiServer(() => (server.requests.length === 2 ? limit(headers) : undefined));
  const endpoint = { ...endpointAt(server.baseUrl, 1).endpoint!, timeoutSeconds: 2 };
  const deadlineAt = deadlineMs === undefined ? undefined : performance.now() + deadlineMs;
  const models = new ModelAccess({ ...createBuiltinOnlySettings('translate'), endpoint }, '', deadlineAt);
  const lines: string[] = [];
  const model = await openModel('translate', {
    ...{ model: 'opus-mt-en-es', models, params: {}, signal: new AbortController().signal },
    ...{ warn: () => undefined, progress: () => undefined, log: (line: string) => lines.push(line) },
  });
  return { server, model, lines };
}

it('waits for the quota if the step has responses that are not cached and would be repeated', async () => {
  const { server, model, lines } = await startLimitedEndpoint({ 'retry-after-ms': '2000' });
  expect(await model.translate(['one', 'two', 'three'])).toHaveLength(3);
  expect(server.requests).toHaveLength(4);
  expect(lines).toEqual([expect.stringMatching(/Limit of a minute reached\. Waiting 2 s, as requested\.$/)]);
});

it('returns the step to the queue if its deadline is before the quota resets', async () => {
  const { model } = await startLimitedEndpoint({ 'retry-after': '3600' }, 600_000);
  const failure = await failureOf(model.translate(['one', 'two']));
  expect(failure).toBeInstanceOf(ModuleError);
  expect((failure as ModuleError).retryAfterSeconds).toBe(3600);
});
