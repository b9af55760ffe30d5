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

/** What the clients of a service see, which is killed again and again. */
export class Sight {
  /** What happened that was not meant. */
  readonly problems: string[] = [];
  completed = 0;
  failedAsMeant = 0;
  /** The files that were sent by requests, by their runs. */
  readonly byRun = new Map<string, SentFile>();
  readonly #endedInBatches = new Map<string, number>();

  get ended(): number {
    const inBatches = [...this.#endedInBatches.values()].reduce((sum, ended) => sum + ended, 0);
    return this.completed + this.failedAsMeant + this.problems.length + inBatches;
  }

  /** @returns How many files of the batch have ended. */
  addBatch({ batchId, counts }: BatchDetails): number {
    const ended = counts.completed + counts.failed;
    this.#endedInBatches.set(batchId, ended);
    return ended;
  }

  addResult({ isGood, name }: SentFile, result: FileResult): void {
    const error = result.status === 'failed' ? result.error : undefined;
    const hasFailed = isMillraceError(error, 'process_failed') && error.status.state === 'failed';
    if (isGood && result.status === 'succeeded' && isDatabase(result.result.output)) this.completed++;
    else if (!isGood && hasFailed) this.failedAsMeant++;
    else this.problems.push(`${name}: ${error ? String(error) : `${result.status}, or another output`}`);
  }
}

function isDatabase(output: unknown): boolean {
  return Buffer.from(output as Uint8Array).toString('latin1', 0, 15) === 'SQLite format 3';
}

/** Processes files by `processMany()`. */
export async function sendMany(
  client: Client,
  pipeline: string,
  files: AsyncIterable<SentFile>,
  concurrency: number,
  sight: Sight,
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
    sight.addResult(byName.get(result.key)!, result);
  }
}

/**
 * Sends a batch as a program does that knows only HTTP: it repeats each request until there is a response.
 *
 * @param nextSize Returns how many files to send in the next request.
 */
export async function sendByRequests(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  pipeline: string,
  files: AsyncIterable<SentFile>,
  nextSize: () => number,
  sight: Sight,
): Promise<void> {
  const exchange = async (path: string, init: RequestInit): Promise<{ status: number; body: unknown }> => {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${apiKey}` };
    const response = await fetch(url + path, { ...init, headers });
    return { status: response.status, body: await response.json() };
  };
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    for (;;) {
      // without a response, the server was killed
      const response = await exchange(path, init).catch(() => undefined);
      if (response && response.status < 300) return response.body as T;
      if (response && response.status < 500) throw new Error(`${path}: ${JSON.stringify(response.body)}`);
      await sleep(100);
    }
  };
  const post = (path: string, json: object) =>
    ask<BatchDetails>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(json),
    });
  const { batchId } = await post('/v1/batches', { pipeline, chain, expireTime });
  const look = async () => {
    const batch = await ask<BatchDetails>(`/v1/batches/${batchId}`);
    return { ended: sight.addBatch(batch), state: batch.state };
  };
  const send = async (group: readonly SentFile[]): Promise<void> => {
    const body = new FormData();
    for (const { name, content } of group) body.append('file', new Blob([content]), name);
    const { items } = await ask<{ items: BatchItem[] }>(`/v1/batches/${batchId}/files`, { method: 'POST', body });
    for (const [i, item] of items.entries()) {
      if ('error' in item) sight.problems.push(`${item.key}: ${item.error.message}`);
      else sight.byRun.set(item.requestId, group[i]!);
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
      // so that there is still something to send when the first ones have ended
      while ((await look()).ended < sent - 2 * size) await sleep(50);
    }
    if (group.length > 0) await send(group);
    await post(`/v1/batches/${batchId}/close`, {});
  };
  // others wait for what is seen here, also while this one waits for files
  let hasFailed = false as boolean;
  const watch = async (): Promise<void> => {
    while (!hasFailed && (await look()).state === 'running') await sleep(100);
  };
  const sending = sendAll().catch((error: unknown) => {
    hasFailed = true;
    throw error;
  });
  await Promise.all([sending, watch()]);
}
