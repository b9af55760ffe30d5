import { NotFoundError } from '../errors/api-error.js';
import { ValidationError } from '../errors/validation-error.js';
import { type Connection, connectionOf } from '../http/connection.js';
import { askV1 } from '../http/v1-call.js';
import { showValue } from '../shared/rules/show-value.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import { reporterOf } from './reporter.js';

/** How long `resume` waits for pending events to be sent, in milliseconds. */
const flushMs = 10_000;

/** Stores runs on a server. */
class ServerStore implements RunStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Returns immediately, so an unreachable server does not delay any step. */
  append(event: RunEvent): void {
    reporterOf(this.#connection).add(event);
  }

  async load(runId: string): Promise<ResumePoint | undefined> {
    const reporter = reporterOf(this.#connection);
    await reporter.flush(flushMs);
    const call = {
      what: `resume run ${runId}`,
      path: `/v1/runs/${runId}/resume`,
      json: { reporter: reporter.id },
      repeat: 'never-arrived',
    } as const;
    try {
      const { output } = await askV1(this.#connection, call, {}, (v1) => v1.resumeResponse);
      return output;
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }
}

/**
 * Creates a store that keeps runs on a Millrace server. Any process with the same account can resume a run, but only one at a
 * time. Runs started with this store are also reported to the server.
 *
 * @param client A `Client`.
 * @throws `ValidationError`
 * @example
 * ```ts
 * const store = serverStore(new Client());
 * const run = await resume('339e1c1e-0d5a-4e0e-9b5c-0f4f6a6f7a10', { of: clean, store });
 * await run.result();
 * ```
 */
export function serverStore(client: object): RunStore {
  const connection =
    typeof client === 'object' && (client as object | null) !== null ? connectionOf(client) : undefined;
  if (connection) return new ServerStore(connection);
  throw new ValidationError([
    { path: ['client'], message: `Expected \`client\` to be a Client, got ${showValue(client)}` },
  ]);
}
