import { isMillraceError } from 'millrace';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../sdk/support/fake-server.js';
import { millraceService, runRecord } from '../sdk/support/hosted-service.js';
import { scratch, textFile } from '../sdk/support/scratch.js';

const noRetries = { maxRetries: 0 };

const unhelpfulReplies: [string, Reply][] = [
  ['nothing at all', { body: '' }],
  ['a single word', { body: 'busy' }],
  ['an HTML page', { body: '<html><h1>Bad Gateway</h1></html>' }],
  ['an empty message', { json: { message: '' } }],
  ['null', { body: 'null' }],
  ['a list', { json: [] }],
  ['a number', { json: { message: 17 } }],
];

describe('an error', () => {
  it.each(
    unhelpfulReplies.flatMap(([name, reply]) =>
      [400, 500].map((status) => [name, status, { ...reply, status }] as const),
    ),
  )(
    'names the call, the file and the status if the server responds with %s and status %i',
    async (_name, status, reply) => {
      const { client } = await millraceService({ '/krixik-core-process': reply }, noRetries);
      const file = await textFile(await scratch());
      const failure = await client
        .createPipeline('notes', ['parser'])
        .process(file)
        .catch((error: unknown) => error);
      if (!isMillraceError(failure, 'api')) throw failure;
      expect(failure.message).toContain(`Could not process ${file} in pipeline 'notes'`);
      expect(failure.message).toContain(String(status));
      expect(failure).toMatchObject({ status, retryable: status === 500 });
    },
  );

  it('of a failed run names the file, the module, the reason and the run id', async () => {
    const record = runRecord({ state: 'failed' });
    const [task] = record.tasks;
    if (!task) throw new Error('a record without tasks');
    const error = { code: 'module_failed', message: 'This text has no sentence.', task: 'parser' };
    const failed = { ...record, error, tasks: [{ ...task, state: 'failed' as const, error }] };
    const { client } = await millraceService({ '/v1/runs': { headers: { 'millrace-sequence': '2' }, json: failed } });
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', ['parser'])
      .process(file)
      .catch((error: unknown) => error);
    if (!isMillraceError(failure, 'process_failed')) throw failure;
    for (const part of [file, 'parser', 'This text has no sentence.', record.requestId]) {
      expect(failure.message).toContain(part);
    }
  });

  it('of a broken connection names the call and the file', async () => {
    const { client } = await millraceService(
      { '/krixik-core-process': (_seen, response) => void response.destroy() },
      noRetries,
    );
    const file = await textFile(await scratch());
    const failure = await client
      .createPipeline('notes', ['parser'])
      .process(file)
      .catch((error: unknown) => error);
    if (!isMillraceError(failure, 'connection')) throw failure;
    expect(failure.message).toContain(`Could not process ${file}`);
  });
});
