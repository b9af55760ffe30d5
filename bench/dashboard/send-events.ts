import { randomUUID } from 'node:crypto';
import { eventLimits } from '../../src/shared/runs/event-limits.js';
import type { RunEvent } from '../../src/shared/runs/run-event.js';
import type { ServerProcess } from '../support/server-process.js';

type UnnumberedEvent = RunEvent extends infer R
  ? R extends RunEvent
    ? Omit<R, 'run' | 'sequence' | 'at'>
    : never
  : never;

/** A run that the benchmark reports like a program. */
export class ReportedRun {
  readonly id: string = randomUUID();
  #sequence = 0;

  constructor(
    readonly of: string,
    readonly createdAt: number = Date.now(),
  ) {}

  /** Numbers the events. On the first call, prepends the events that create and start the run. */
  events(...events: readonly UnnumberedEvent[]): RunEvent[] {
    const created = {
      type: 'run-created',
      kind: 'flow',
      of: this.of,
      name: `run-${this.id.slice(0, 8)}`,
      version: null,
      parent: null,
      worker: null,
      input: { file: `invoice-${this.id.slice(0, 4)}.pdf` },
    } as const;
    const prefix: UnnumberedEvent[] = this.#sequence === 0 ? [created, { type: 'run-state', state: 'running' }] : [];
    return [...prefix, ...events].map((event) => ({
      run: this.id,
      sequence: ++this.#sequence,
      at: new Date(this.createdAt + this.#sequence).toISOString(),
      ...event,
    }));
  }
}

/** Reports events in as few requests as the server allows. */
export async function sendEvents(server: ServerProcess, events: readonly RunEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += eventLimits.events) {
    const response = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reporter: null, reports: events.slice(from, from + eventLimits.events) }),
    });
    if (!response.ok) throw new Error(`Expected the events to be recorded, got ${await response.text()}`);
  }
}
