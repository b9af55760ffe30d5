import { describeLogSource } from '../../../shared/runs/log-line.js';
import { RunRecord } from '../../../shared/runs/run-record.js';
import type { LogLineLevel, ResumePoint, RunEvent } from '../../../shared/runs/run-event.js';
import type { RunStatus } from '../../../shared/runs/run-status.js';
import { EventBuffer } from './event-buffer.js';
import { callIgnoringErrors, type RunSinks } from './run-sinks.js';
import { StoreWriter } from './store-writer.js';

/** An event without the fields added by the stream. */
export type EventBody = BodyOf<RunEvent>;

/** The first event of a run, without the fields added by the stream. */
export type RunCreatedBody = BodyOf<Extract<RunEvent, { type: 'run-created' }>>;

type BodyOf<Event> = Event extends RunEvent ? Omit<Event, 'run' | 'sequence' | 'at'> : never;

/** Numbers a run's events, applies them to its record, and passes them to readers, observers, stores and loggers. */
export class EventStream {
  readonly record: RunRecord;
  readonly #run: { readonly id: string } & Pick<RunStatus, 'kind' | 'name'>;
  readonly #sinks: RunSinks;
  readonly #timeOrigin: number;
  readonly #writer: StoreWriter;
  readonly #createdEvent: Extract<RunEvent, { type: 'run-created' }> | undefined;
  #buffer = new EventBuffer();
  #sequence: number;

  /**
   * @param origin The state of a resumed run, or the first event of a new run.
   * @param parent The parent run's stream. Both use the same clock.
   */
  constructor(
    run: { readonly id: string } & Pick<RunStatus, 'kind' | 'name'>,
    sinks: RunSinks,
    origin: ResumePoint | RunCreatedBody,
    parent: EventStream | undefined,
  ) {
    this.#run = run;
    this.#sinks = sinks;
    // read the system clock only once, so that a clock change during the run does not affect the order of events
    this.#timeOrigin = parent ? parent.#timeOrigin : Date.now() - performance.now();
    this.#writer = new StoreWriter(sinks.stores, (reason) => {
      this.log('warning', `The run continues, but cannot be resumed later because storing it failed: ${reason}`, null);
    });
    if ('outputs' in origin) {
      this.#sequence = origin.sequence;
      this.record = RunRecord.restore(origin);
    } else {
      this.#sequence = 0;
      this.#createdEvent = this.#stamp(origin);
      this.record = RunRecord.create(this.#createdEvent);
    }
  }

  /** Emits the first event of this execution. */
  emitFirstEvent(): void {
    if (this.#createdEvent) this.#publish(this.#createdEvent);
    else this.emit({ type: 'run-resumed' });
  }

  emit(body: EventBody): void {
    const event = this.#stamp(body);
    // keep outputs out of the record to save memory; observers and stores receive them with the event
    this.record.apply('output' in event ? { ...event, output: null } : event);
    this.#publish(event);
  }

  log(level: LogLineLevel, message: string, task: string | null): void {
    const event = this.#stamp({ type: 'log', level, message, task });
    this.record.apply(event);
    this.#publish(event);
    this.writeLine(level, message, task, describeLogSource(this.#run, task), event.at);
  }

  /** Writes a line to the loggers and, if the run is verbose, to stderr. Does not add the line to the run's log. */
  writeLine(level: LogLineLevel, message: string, task: string | null, source: string, at = this.#now()): void {
    const line = { at, level, message, run: this.#run.id, task, source };
    for (const write of this.#sinks.lineWriters) callIgnoringErrors(() => write(line));
  }

  read(): AsyncGenerator<RunEvent, void, undefined> {
    return this.#buffer.read();
  }

  /** Ends the stream. Current readers still receive the remaining events; new readers receive only the last event. */
  end(): void {
    this.#buffer = this.#buffer.close();
  }

  waitUntilStored(): Promise<void> | undefined {
    return this.#writer.waitUntilStored();
  }

  #stamp<Body extends EventBody>(body: Body): Body & Pick<RunEvent, 'run' | 'sequence' | 'at'> {
    return { run: this.#run.id, sequence: ++this.#sequence, at: this.#now(), ...body };
  }

  #now(): string {
    return new Date(this.#timeOrigin + performance.now()).toISOString();
  }

  #publish(event: RunEvent): void {
    this.#buffer.push(event);
    for (const observer of this.#sinks.observers) callIgnoringErrors(() => observer.report(event));
    this.#writer.append(event);
  }
}
