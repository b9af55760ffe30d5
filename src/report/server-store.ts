import { NotFoundError } from '../errors/not-found-error.js';
import { ValidationError } from '../errors/validation-error.js';
import type { Connection } from '../http/connection.js';
import { askV1 } from '../http/v1-call.js';
import { connectionOf } from '../http/connection-of.js';
import { showValue } from '../shared/rules/show-value.js';
import type { RunStore } from '../shared/runs/run-observer.js';
import type { ResumePoint, RunEvent } from '../shared/runs/run-event.js';
import { reporterOf } from './reporter-of.js';

/** Milliseconds that a resumption waits for what is still to be reported. */
const flushMs = 10_000;

/** Keeps runs on a server. */
class ServerStore implements RunStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Not waited for: a server that is away delays no step. */
  append(report: RunEvent): void {
    reporterOf(this.#connection).add(report);
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
 * A store that keeps runs on a Millrace server, where any program with the same account can go on with them. Runs that are started
 * with it are reported to the server as well. Only one program at a time can resume a run.
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
