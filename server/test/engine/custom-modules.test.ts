import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { startServer, startWorker } from '../../src/index.js';
import { writeConfig } from '../custom-modules/write-config.js';
import { onPostgres } from '../support/database/backend.js';
import { HostedClient } from '../support/clients/hosted-client.js';
import { createTestDatabase, type TestDatabase } from '../support/database/test-database.js';
import { V1Client } from '../support/clients/v1-client.js';
import { startReceiver } from '../support/webhook-receiver.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  // runs after the test has ended its servers, which `afterEach` does not
  onTestFinished(() => database.cleanup());
});

const patient = `defineModule({
  name: 'patient', input: 'text', output: 'text',
  async run(file, context) {
    if ((await file.text()).includes('Go.')) {
      for (let page = 1; page <= 103; page++) context.warn({ code: 'blank-page', message: 'ñ'.repeat(500), page });
      if ((await file.text()).includes('Fail.')) throw new ModuleError('Nothing is left.');
      return 'done';
    }
    context.log('still here');
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
    context.signal.throwIfAborted();
  },
})`;

interface LogPage {
  readonly items: { readonly message: string }[];
  readonly done: boolean;
}

it('the server shows the log lines of a custom module while it runs, and its warnings once it has ended', async () => {
  const options = { ...database.options, config: await writeConfig(patient), logLevel: 'error' as const };
  const server = await startServer({ ...options, port: 0, worker: !onPostgres });
  const worker = onPostgres ? await startWorker(options) : undefined;
  const [client, v1] = [new HostedClient(server.url, server.apiKey), new V1Client(server.url, server.apiKey)];
  try {
    const file = await client.add('own', ['parser', 'json-to-txt', 'patient'], 'Wait. For me.');
    const { body } = await v1.get<LogPage>(`/v1/runs/${file.processId}/logs?wait=60`);
    expect(body).toMatchObject({ items: [{ message: 'still here' }], done: false });
    await v1.cancel(file.processId);
    expect((await v1.run(file.processId, '?wait=60')).body.state).toBe('cancelled');

    const receiver = await startReceiver();
    await v1.post('/v1/webhooks', { url: receiver.url });
    for (const text of ['Go.', 'Go. Fail.']) {
      const { processId } = await client.add('own', ['patient'], text);
      const { body: run } = await v1.run(processId, '?wait=60');
      expect(run.state).toBe(text === 'Go.' ? 'completed' : 'failed');
      expect(run.warningCount).toBe(103);
      expect(run.warnings).toHaveLength(101);
      expect(run.warnings[99]).toEqual({ code: 'blank-page', message: 'ñ'.repeat(500), module: 'patient', page: 100 });
      expect(run.warnings[100]).toEqual({ code: 'more-warnings', message: '… and 3 more warnings', module: null });
      const { body: list } = await v1.get<{ items: RunSummary[] }>('/v1/runs?limit=1');
      expect(list.items[0]).toMatchObject({ requestId: processId, warningCount: 103 });
      expect(list.items[0]).not.toHaveProperty('warnings');
    }
    // all 103 warnings would make the webhook's message too large
    await expect.poll(() => receiver.types()).toEqual(['run.completed', 'run.failed']);
    const { data } = receiver.received[0]!.event;
    expect(data).toMatchObject({ warningCount: 103, tasks: [{ state: 'completed' }] });
    expect(data.warnings.map(({ page, message }) => page ?? message)).toEqual([
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
      10,
      '… and 93 more warnings',
    ]);
  } finally {
    await worker?.close();
    await server.close();
  }
});
