import { randomUUID } from 'node:crypto';
import type { ClaimedRun, ReportedRun, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { EventsResponse } from './clients/events.js';
import type { HostedResponse } from './clients/hosted-responses.js';
import type { V1Client } from './clients/v1-client.js';

interface Served {
  readonly name: string;
  readonly version?: string | null;
  readonly kind?: 'task' | 'flow' | 'pipeline';
}

type Unnumbered = RunEvent extends infer R ? (R extends RunEvent ? Omit<R, 'run' | 'sequence' | 'at'> : never) : never;

/** Claims runs from a server and reports their events, as a worker's process does. */
export class WorkerDriver {
  readonly reporter = randomUUID();
  readonly #sequences = new Map<string, number>();

  private constructor(
    readonly v1: V1Client,
    readonly id: string,
    readonly serves: readonly Served[],
  ) {}

  static async register(v1: V1Client, ...serves: readonly (Served | string)[]): Promise<WorkerDriver> {
    const { body } = await v1.post<{ id: string }>('/v1/workers', { name: randomUUID(), version: 'v1', pipelines: [] });
    return new WorkerDriver(
      v1,
      body.id,
      serves.map((served) => (typeof served === 'string' ? { name: served } : served)),
    );
  }

  /** Returns the driver of another process of the same worker. */
  twin(): WorkerDriver {
    return new WorkerDriver(this.v1, this.id, this.serves);
  }

  claimResponse(fields: object = {}): Promise<HostedResponse<{ runs: ClaimedRun[]; leaseSeconds: number }>> {
    const { id: worker, reporter, serves } = this;
    return this.v1.post('/v1/claims', { worker, reporter, serves, free: 1, wait: 0, ...fields });
  }

  /** Claims at most `free` runs, without waiting. */
  async claim(free = 1, fields: object = {}): Promise<ClaimedRun[]> {
    const { body, status, text } = await this.claimResponse({ free, ...fields });
    if (status !== 200) throw new Error(`Expected the claim to succeed, got ${text}`);
    for (const { run, sequence } of body.runs) this.#sequences.set(run.requestId, sequence);
    return body.runs;
  }

  async claimOne(): Promise<ClaimedRun> {
    const [claimed] = await this.claim();
    if (!claimed) throw new Error('Expected a run to claim, got none.');
    return claimed;
  }

  async report(runId: string, ...events: Unnumbered[]): Promise<ReportedRun> {
    const reports = events.map((event) => {
      const sequence = (this.#sequences.get(runId) ?? 0) + 1;
      this.#sequences.set(runId, sequence);
      return { run: runId, sequence, at: new Date().toISOString(), ...event };
    });
    const { body } = await this.v1.post<EventsResponse>('/v1/events', { reporter: this.reporter, reports });
    return body.runs[runId]!;
  }

  async sendHeartbeat(...runs: string[]): Promise<Record<string, ReportedRun>> {
    const { body } = await this.v1.post<EventsResponse>('/v1/events', { reporter: this.reporter, alive: runs });
    return body.runs;
  }

  /** Begins and completes a run. */
  complete(runId: string, result: unknown = null): Promise<ReportedRun> {
    const end = { type: 'run-state', state: 'completed', result } as Unnumbered;
    return this.report(runId, { type: 'run-resumed' }, { type: 'run-state', state: 'running' }, end);
  }

  async release(...runs: string[]): Promise<number> {
    const { reporter } = this;
    return (await this.v1.post<{ released: number }>('/v1/claims/release', { reporter, runs })).body.released;
  }
}

/** Starts a run and returns its record. */
export async function start(v1: V1Client, of: string, fields: object = {}): Promise<RunStatus> {
  const { status, body, text } = await v1.post<RunStatus>('/v1/runs', { of, ...fields });
  if (status !== 201) throw new Error(`Expected a run to be started, got ${text}`);
  return body;
}
