import { ReportedRunDriver, running, taskCreated } from '../support/clients/events.js';
import type { AddedFile } from '../support/clients/hosted-client.js';
import type { TestServer } from '../support/test-server.js';
import { threeTasks, WpipeClient, type NewProcess } from '../support/clients/wpipe-client.js';

export interface NamedData {
  readonly file: AddedFile;
  readonly flow: ReportedRunDriver;
  readonly child: ReportedRunDriver;
  readonly worker: string;
  readonly wpipeWorker: string;
  readonly process: NewProcess;
  /** The id of a batch. */
  readonly batch: string;
}

/** Creates one of everything that has a name: a file and a batch of `pipeline`, a flow of `flowName`, and so on. */
export async function fillNames(server: TestServer, pipeline: string, flowName: string): Promise<NamedData> {
  const { v1, client } = server;
  const file = await client.complete(pipeline, ['keyword-db'], 'A diary with a lock. The key is lost.', {
    file_name: `${pipeline}.txt`,
  });
  const flow = new ReportedRunDriver(v1);
  await flow.begin({ kind: 'flow', of: flowName, name: `${pipeline}-run` });
  await flow.send(taskCreated(`${pipeline}-task-0`, 0), running(`${pipeline}-task-0`), {
    type: 'log',
    level: 'info',
    message: `${pipeline} line`,
    task: null,
  });
  const child = new ReportedRunDriver(v1);
  await child.begin({ of: 'shared', name: `${pipeline}-child`, parent: flow.id });
  const pipelines = ['open', pipeline].map((name) => ({ name, steps: [{ name, version: null }] }));
  const registered = await v1.post<{ id: string }>('/v1/workers', {
    name: `${pipeline}-worker`,
    version: '1',
    pipelines: pipelines.filter(({ name }) => name === pipeline),
  });
  const wpipe = new WpipeClient(server.url, server.apiKey);
  const wpipeWorker = await wpipe.register(pipeline, threeTasks);
  const process = await wpipe.newProcess(wpipeWorker);
  const { body: batch } = await v1.post<{ batchId: string }>('/v1/batches', { pipeline, chain: ['keyword-db'] });
  return { file, flow, child, worker: registered.body.id, wpipeWorker, process, batch: batch.batchId };
}
