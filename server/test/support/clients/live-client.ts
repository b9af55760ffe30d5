import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { onTestFinished } from 'vitest';
import { readEvents, type ReadEvent, type V1Client } from './v1-client.js';

/** A client that keeps what a stream says. */
export class LiveClient {
  readonly events: ReadEvent[] = [];
  /** Resolves when the server ends the stream, or `close` does. */
  readonly ended: Promise<void>;
  readonly #controller: AbortController;
  #waiting: (() => void)[] = [];

  private constructor(response: Response, controller: AbortController) {
    this.#controller = controller;
    this.ended = this.#read(response).catch(() => undefined);
  }

  static async open(v1: V1Client, query = '', headers: Record<string, string> = {}): Promise<LiveClient> {
    const controller = new AbortController();
    const response = await v1.openStream(query, headers, controller.signal);
    if (response.status !== 200) throw new Error(`Expected a stream, got ${await response.text()}`);
    const client = new LiveClient(response, controller);
    onTestFinished(() => client.close());
    // the first event has the id from which a client goes on
    await client.first('stats');
    return client;
  }

  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** The ids of the runs of which there were events. */
  get runs(): string[] {
    return this.events.filter(({ event }) => event === 'run').map(({ data }) => (data as RunSummary).requestId);
  }

  /** Resolves to the first event with this name for which `holds`, which may have come already. */
  async first<Data>(name: string, holds: (data: Data) => boolean = () => true): Promise<Data> {
    for (;;) {
      const found = this.events.find(({ event, data }) => event === name && holds(data as Data));
      if (found) return found.data as Data;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  run(id: string, state?: string): Promise<RunSummary> {
    return this.first<RunSummary>('run', (run) => run.requestId === id && (state === undefined || run.state === state));
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }

  async #read(response: Response): Promise<void> {
    for await (const event of readEvents(response)) {
      this.events.push(event);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
