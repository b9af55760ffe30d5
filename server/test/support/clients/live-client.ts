import type { RunSummary } from 'millrace/shared/runs/run-status.js';
import { onTestFinished } from 'vitest';
import { readEvents, type ReadEvent, type V1Client } from './v1-client.js';

/** A client of an event stream that stores all events. */
export class LiveClient {
  readonly events: ReadEvent[] = [];
  /** Resolves when the server ends the stream, or after `close()`. */
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
    // the first event has the id from which a client can resume
    await client.waitFor('stats');
    return client;
  }

  get lastEventId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** The run ids of all `run` events. */
  get runs(): string[] {
    return this.events.filter(({ event }) => event === 'run').map(({ data }) => (data as RunSummary).requestId);
  }

  /** Resolves to the data of the first event with this name that `matches`, including events that were already received. */
  async waitFor<Data>(name: string, matches: (data: Data) => boolean = () => true): Promise<Data> {
    for (;;) {
      const found = this.events.find(({ event, data }) => event === name && matches(data as Data));
      if (found) return found.data as Data;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  waitForRun(id: string, state?: string): Promise<RunSummary> {
    return this.waitFor<RunSummary>(
      'run',
      (run) => run.requestId === id && (state === undefined || run.state === state),
    );
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
