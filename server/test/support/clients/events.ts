import { randomUUID } from 'node:crypto';
import type { LogPage, ReportedRun, RunEvent } from 'millrace/shared/runs/run-event.js';
import type { HostedResponse } from './hosted-responses.js';
import type { V1Client } from './v1-client.js';

export interface EventsResponse {
  readonly runs: Record<string, ReportedRun>;
  readonly refused: { index: number; message: string }[];
}

type Unnumbered = RunEvent extends infer R ? (R extends RunEvent ? Omit<R, 'run' | 'sequence' | 'at'> : never) : never;

/** Reports one run as a program does, and numbers its events. */
export class ReportedRunDriver {
  readonly id: string = randomUUID();
  readonly reporter: string = randomUUID();
  sequence = 0;
  #time: number;

  /** @param time When the run begins, in milliseconds since 1970. */
  constructor(
    readonly v1: V1Client,
    time = Date.parse('2031-02-14T09:26:53.250Z'),
  ) {
    this.#time = time;
  }

  /** Lets time pass before the next event. */
  pass(milliseconds: number): this {
    this.#time += milliseconds;
    return this;
  }

  /** Returns the next event, without sending it. */
  next(report: Unnumbered): RunEvent {
    this.#time += 10;
    this.sequence += 1;
    return { run: this.id, sequence: this.sequence, at: new Date(this.#time).toISOString(), ...report };
  }

  async send(...reports: Unnumbered[]): Promise<ReportedRun> {
    return this.sendNumbered(reports.map((report) => this.next(report)));
  }

  /** Sends reports that already have their numbers. */
  async sendNumbered(reports: readonly RunEvent[]): Promise<ReportedRun> {
    const { body, status, text } = await this.events({ reporter: this.reporter, reports });
    if (status !== 200 || body.refused.length > 0) throw new Error(`Expected the reports to be accepted, got ${text}`);
    return body.runs[this.id]!;
  }

  events(body: unknown): Promise<HostedResponse<EventsResponse>> {
    return this.v1.post('/v1/events', body);
  }

  async sendHeartbeat(): Promise<ReportedRun> {
    const { body } = await this.events({ reporter: this.reporter, alive: [this.id] });
    return body.runs[this.id]!;
  }

  /** Creates the run and reports that it is running. */
  async begin(fields: Partial<Extract<RunEvent, { type: 'run-created' }>> = {}): Promise<ReportedRun> {
    return this.send(created(fields), { type: 'run-state', state: 'running' });
  }

  async logs(query = ''): Promise<LogPage> {
    return (await this.v1.get<LogPage>(`/v1/runs/${this.id}/logs${query}`)).body;
  }
}

export function created(fields: Partial<Extract<RunEvent, { type: 'run-created' }>> = {}): Unnumbered {
  return {
    type: 'run-created',
    kind: 'pipeline',
    of: 'clean',
    version: null,
    name: 'purple-dogfish',
    parent: null,
    worker: null,
    input: { raw: ' a ' },
    ...fields,
  };
}

export function taskCreated(key: string, index: number, after: string[] = []): Unnumbered {
  return { type: 'task-created', key, name: key.replace(/-\d+$/, ''), version: 'v1', index, after };
}

export const running = (key: string, attempt = 1): Unnumbered => ({
  type: 'task-state',
  key,
  state: 'running',
  attempt,
});
export const completed = (key: string, output: unknown, attempt = 1): Unnumbered =>
  ({ type: 'task-state', key, state: 'completed', attempt, output }) as Unnumbered;
export const logged = (message: string, task: string | null = null): Unnumbered => ({
  type: 'log',
  level: 'info',
  message,
  task,
});
