import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMillraceError, type Client, type FileResult } from 'millrace';
import type { BatchDetails, BatchItem } from 'millrace/shared/runs/batch-status.js';

export interface SentFile {
  /** Whether it can be processed. */
  readonly isGood: boolean;
  readonly name: string;
  readonly content: string;
}

const chain = ['parser', 'json-to-txt', 'keyword-db'] as const;
const expireTime = 86_400;

/** What clients observe of a service that is killed repeatedly. */
export class ClientView {
  /** Unexpected results. */
  readonly problems: string[] = [];
  completed = 0;
  failedAsExpected = 0;
  /** The files that were sent by plain requests, by run id. */
  readonly byRun = new Map<string, SentFile>();
  readonly #endedInBatches = new Map<string, number>();

  get ended(): number {
    const inBatches = [...this.#endedInBatches.values()].reduce((sum, ended) => sum + ended, 0);
    return this.completed + this.failedAsExpected + this.problems.length + inBatches;
  }

  /** Records the counts of a batch. @returns How many of its files have ended. */
  addBatch({ batchId, counts }: BatchDetails): number {
    const ended = counts.completed + counts.failed;
    this.#endedInBatches.set(batchId, ended);
    return ended;
  }

  addResult({ isGood, name }: SentFile, result: FileResult): void {
    const error = result.status === 'failed' ? result.error : undefined;
    const hasFailed = isMillraceError(error, 'process_failed') && error.status.state === 'failed';
    if (isGood && result.status === 'succeeded' && isDatabase(result.result.output)) this.completed++;
    else if (!isGood && hasFailed) this.failedAsExpected++;
    else this.problems.push(`${name}: ${error ? String(error) : `${result.status}, or another output`}`);
  }
}

function isDatabase(output: unknown): boolean {
  return Buffer.from(output as Uint8Array).toString('latin1', 0, 15) === 'SQLite format 3';
}

/** Processes files with `processMany()`. */
export async function sendMany(
  client: Client,
  pipeline: string,
  files: AsyncIterable<SentFile>,
  concurrency: number,
  view: ClientView,
): Promise<void> {
  const byName = new Map<string, SentFile>();
  const inputs = async function* () {
    for await (const file of files) {
      const { name, content } = file;
      byName.set(name, file);
      yield { file: Buffer.from(content), fileName: name, key: name };
    }
  };
  const options = { concurrency, expireTime, localSaveDirectory: false } as const;
  for await (const result of client.createPipeline(pipeline, chain).processMany(inputs(), options)) {
    view.addResult(byName.get(result.key)!, result);
  }
}

/**
 * Sends a batch by plain HTTP requests, each of which is repeated until there is a response.
 *
 * @param nextSize Returns how many files to send in the next request.
 */
export async function sendByRequests(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  pipeline: string,
  files: AsyncIterable<SentFile>,
  nextSize: () => number,
  view: ClientView,
): Promise<void> {
  const sendRequest = async (path: string, init: RequestInit): Promise<{ status: number; body: unknown }> => {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${apiKey}` };
    const response = await fetch(url + path, { ...init, headers });
    return { status: response.status, body: await response.json() };
  };
  const requestUntilResponse = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    for (;;) {
      // no response: the server was killed
      const response = await sendRequest(path, init).catch(() => undefined);
      if (response && response.status < 300) return response.body as T;
      if (response && response.status < 500) throw new Error(`${path}: ${JSON.stringify(response.body)}`);
      await sleep(100);
    }
  };
  const post = (path: string, json: object) =>
    requestUntilResponse<BatchDetails>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(json),
    });
  const { batchId } = await post('/v1/batches', { pipeline, chain, expireTime });
  const readBatch = async () => {
    const batch = await requestUntilResponse<BatchDetails>(`/v1/batches/${batchId}`);
    return { ended: view.addBatch(batch), state: batch.state };
  };
  const send = async (group: readonly SentFile[]): Promise<void> => {
    const body = new FormData();
    for (const { name, content } of group) body.append('file', new Blob([content]), name);
    const { items } = await requestUntilResponse<{ items: BatchItem[] }>(`/v1/batches/${batchId}/files`, {
      method: 'POST',
      body,
    });
    for (const [i, item] of items.entries()) {
      if ('error' in item) view.problems.push(`${item.key}: ${item.error.message}`);
      else view.byRun.set(item.requestId, group[i]!);
    }
  };

  const sendAll = async (): Promise<void> => {
    let group: SentFile[] = [];
    let size = nextSize();
    let sent = 0;
    for await (const file of files) {
      if (group.push(file) < size) continue;
      await send(group);
      sent += group.length;
      group = [];
      size = nextSize();
      // wait until most files sent so far have ended, so that files are sent throughout the test
      while ((await readBatch()).ended < sent - 2 * size) await sleep(50);
    }
    if (group.length > 0) await send(group);
    await post(`/v1/batches/${batchId}/close`, {});
  };
  // the test waits for the counts read here, even while this function waits for files
  let hasFailed = false as boolean;
  const watch = async (): Promise<void> => {
    while (!hasFailed && (await readBatch()).state === 'running') await sleep(100);
  };
  const sending = sendAll().catch((error: unknown) => {
    hasFailed = true;
    throw error;
  });
  await Promise.all([sending, watch()]);
}
