import { NotFoundError } from '../errors/api-error.js';
import type { Connection } from '../http/connection.js';
import { requestV1 } from '../http/call-v1.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import { getOrCreateReporter } from './get-reporter.js';

/** Maximum time that `load` waits for pending events to be sent, in milliseconds. */
const flushTimeoutMs = 10_000;

/** Stores runs on a Millrace server by reporting their events. */
export class ServerStore implements RunStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Queues the event and returns immediately, so that an unreachable server does not delay any step. */
  append(event: RunEvent): void {
    getOrCreateReporter(this.#connection).add(event);
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    const reporter = getOrCreateReporter(this.#connection);
    await reporter.flush(flushTimeoutMs);
    const call = {
      action: `resume run ${runId}`,
      path: `/v1/runs/${runId}/resume`,
      json: { reporter: reporter.id },
      retryPolicy: 'if-not-received',
    } as const;
    try {
      const { output } = await requestV1(this.#connection, call, {}, (v1) => v1.resumeResponse);
      return output;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}
