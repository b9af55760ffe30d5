import type { RunStatus } from 'millrace/types/run-status.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completed, created, logged, ReportedRunDriver, running, taskCreated } from '../support/reports.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secondAccount: true, maxLogLines: 20 });
});
afterAll(() => server.close());

const record = async (run: ReportedRunDriver): Promise<RunStatus> => (await server.v1.run(run.id)).body;

describe('reports', () => {
  it('make the record of a run', async () => {
    const run = new ReportedRunDriver(server.v1);
    await run.send(
      created(),
      taskCreated('trim-0', 0),
      taskCreated('upper-0', 1, ['trim-0']),
      { type: 'run-state', state: 'running' },
      running('trim-0'),
      completed('trim-0', { text: 'a' }),
      running('upper-0'),
      { type: 'progress', key: 'upper-0', attempt: 1, progress: { current: 1, total: 2, percent: 50 } },
    );
    expect(await record(run)).toMatchObject({
      requestId: run.id,
      kind: 'pipeline',
      of: 'clean',
      name: 'purple-dogfish',
      state: 'running',
      input: { raw: ' a ' },
      progress: { current: 1, total: 2, percent: 75 },
      processStatus: { 'trim-0': true, 'upper-0': false },
      tasks: [
        { key: 'trim-0', state: 'completed', attempt: 1, version: 'v1', progress: { percent: 100 } },
        { key: 'upper-0', state: 'running', after: ['trim-0'], progress: { current: 1, total: 2, percent: 50 } },
      ],
    });
    await run.send(completed('upper-0', { text: 'A' }), { type: 'run-state', state: 'completed', result: { text: 'A' } });
    const status = await record(run);
    expect(status).toMatchObject({ state: 'completed', result: { text: 'A' }, progress: { percent: 100 } });
    expect(status.durationMs).toBe(60);
  });
});
