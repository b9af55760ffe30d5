import { createHash } from 'node:crypto';
import { Client, type ClientOptions } from 'millrace';
import { hostedLimits, defaultLimits } from 'millrace/shared/rules/limits.js';
import type { Limits } from 'millrace/shared/types/limits.js';
import { runStates } from 'millrace/shared/runs/run-state.js';
import type { RunStatus, RunSummary } from 'millrace/shared/runs/run-status.js';
import { onTestFinished } from 'vitest';
import { fakeServer, type FakeServer, type Handler, type Reply } from './fake-server.js';

export const apiKey = 'test-key-0123456789abcdef';
export const fileId = '11111111-2222-4333-8444-555555555555';
export const runId = '99999999-8888-4777-8666-555555555555';

export interface Service extends FakeServer {
  readonly client: Client;
}

type Routes = Record<string, Handler | Reply>;

const output = '[{"snippet":"It was a bright cold day.","line_numbers":[1]}]';

/** Creates the routes of a server of the hosted protocol on which every request succeeds. */
function routes(url: () => string): Routes {
  return {
    '/cli-checkin': { json: {} },
    '/krixik-core-process': () => ({
      json: {
        request_id: runId,
        file_id: fileId,
        presigned_post_url_results: { url: `${url()}/upload`, fields: { key: 'k1', policy: 'p1' } },
        warnings: [],
      },
    }),
    '/upload': { status: 204 },
    '/krixik-core-process-status': (seen) => ({
      json: {
        request_id: 'r2',
        file_id: fileId,
        process_status: { module_1: true },
        failure_status: null,
        message: 'SUCCESS: process_status found',
        pipeline: seen.json?.['pipeline'],
      },
    }),
    '/krixik-core-fetch-output': () => ({
      json: {
        pipeline: 'p',
        request_id: 'r3',
        file_id: fileId,
        message: 'SUCCESS - output fetched',
        warnings: [],
        process_output: [{ url: `${url()}/download`, extension: '.json' }],
      },
    }),
    '/download': { body: output, headers: { 'repr-digest': digestOf(output) } },
    '/krixik-core-delete': { json: { pipeline: 'p', request_id: 'r4', message: 'Successfully deleted', warnings: [] } },
    '/krixik-core-update': { json: { pipeline: 'p', request_id: 'r5', message: 'Successfully updated', warnings: [] } },
    '/krixik-core-list': { json: { request_id: 'r6', message: '', warnings: [], items: [] } },
    '/krixik-core-show-tree': { json: { request_id: 'r7', message: '', warnings: [], items: [] } },
    '/keyword-search': { json: { request_id: 'r8', message: '', warnings: [], items: [] } },
    '/semantic-search': { json: { request_id: 'r9', message: '', warnings: [], items: [] } },
  };
}

/** Starts a server that supports only the hosted protocol, and a client for it. */
export async function hostedService(overrides: Routes = {}, options: ClientOptions = {}): Promise<Service> {
  return serve({ ...overrides }, options);
}

/** Starts a server that supports the hosted protocol and `/v1`, and a client for it. */
export async function millraceService(
  overrides: Routes = {},
  options: ClientOptions = {},
  limits: Limits = defaultLimits,
): Promise<Service> {
  const headers = { 'millrace-api': '1', 'millrace-sequence': '3' };
  return serve(
    {
      '/v1/runs': { headers, json: runRecord({ state: 'completed' }) },
      '/v1': { headers, json: { name: 'millrace', version: '0.1.0', api: 1, limits } },
      ...overrides,
    },
    options,
  );
}

async function serve(overrides: Routes, options: ClientOptions): Promise<Service> {
  const address: { url: string } = { url: '' };
  const server = await fakeServer({ ...routes(() => address.url), ...overrides });
  address.url = server.url;
  const client = new Client({ apiUrl: server.url, apiKey, logLevel: 'off', ...options });
  onTestFinished(() => void client.close());
  return { ...server, client };
}

export function digestOf(text: string | Buffer): string {
  return `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
}

/** Creates a run record in the form of a list item. */
export function listedRun(changes: Partial<RunStatus> = {}): RunSummary {
  const { tasks, processStatus: _p, input: _i, result: _r, warnings: _w, ...run } = runRecord(changes);
  const taskCounts = Object.fromEntries(
    [...runStates, 'skipped' as const].map((state) => [state, tasks.filter((task) => task.state === state).length]),
  ) as RunSummary['taskCounts'];
  return { ...run, taskCounts, currentTasks: [], subject: 'a.txt', fileTags: [] };
}

export function runRecord(changes: Partial<RunStatus> = {}, chain: readonly string[] = ['parser']): RunStatus {
  const state = changes.state ?? 'running';
  const isDone = state === 'completed';
  return {
    requestId: runId,
    name: 'purple-dogfish',
    kind: 'hosted',
    of: 'notes',
    version: null,
    state,
    late: false,
    waitsFor: null,
    attempt: null,
    priority: 0,
    scheduledFor: null,
    rerunOf: null,
    batch: null,
    progress: { current: isDone ? chain.length : 0, total: chain.length, percent: isDone ? 100 : 0 },
    tasks: chain.map((name, index) => ({
      key: `module_${index + 1}`,
      name,
      version: null,
      model: 'sentence',
      index,
      state: isDone ? ('completed' as const) : ('running' as const),
      attempt: 1,
      progress: null,
      after: [],
      childRun: null,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      error: null,
    })),
    overallStatus: isDone ? 'complete' : 'ongoing',
    processStatus: Object.fromEntries(chain.map((_, index) => [`module_${index + 1}`, isDone])),
    fileId,
    input: null,
    result: null,
    error: null,
    warnings: [],
    warningCount: 0,
    parent: null,
    worker: null,
    createdAt: '2026-11-21T10:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    expiresAt: null,
    ...changes,
  };
}

export { hostedLimits, defaultLimits };
