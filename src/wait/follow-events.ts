import type { Call } from '../http/call.js';
import type { Connection } from '../http/connection.js';
import { readServerEvents } from '../http/read-server-events.js';
import { readV1, requireV1, type PickSchema } from '../http/v1-call.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';
import type { ServerEvent } from '../shared/runtime/server-events.js';
import { sleep } from '../shared/runtime/sleep.js';
import { WaitRetries } from './wait-retries.js';

/** How long to wait before reconnecting after the server has ended a connection, in milliseconds. */
const pauseMs = 250;

interface FollowOptions {
  readonly signal: AbortSignal | undefined;
  /** How long errors can continue, in milliseconds. @default the client's */
  readonly retryFor?: number | undefined;
  /** Whether a new connection continues after the last event. If false, the stream begins again. @default true */
  readonly continues?: boolean;
  /** Called each time the server begins to send events. */
  readonly onOpen?: (() => void) | undefined;
  /** Whether to reconnect after a transient error. @default always */
  readonly isWanted?: () => boolean;
}

/**
 * Yields the events of a stream, and reconnects when a connection ends, until the caller stops.
 *
 * @throws The last error if the server is unavailable for longer than `retryFor`; the signal's reason.
 */
export async function* followEvents(
  connection: Connection,
  call: Call,
  { signal, retryFor = connection.settings.retryFor, continues = true, onOpen, isWanted = () => true }: FollowOptions,
): AsyncGenerator<ServerEvent, undefined> {
  const retries = new WaitRetries(connection, () => retryFor);
  let lastEventId = '';
  let errors = 0;
  const opened = (): void => {
    retries.end();
    errors = 0;
    onOpen?.();
  };
  try {
    for (;;) {
      try {
        await requireV1(connection, { signal, maxRetries: 0 });
        for await (const event of readServerEvents(connection, call, { lastEventId, onOpen: opened, signal })) {
          yield event;
          // set only now, so that a new connection repeats an event that the caller has not finished with
          if (continues) lastEventId = event.id ?? lastEventId;
        }
        await sleep(pauseMs, signal);
      } catch (error) {
        throwIfAborted(signal);
        const delay = isWanted() ? retries.delayAfter(error, errors++) : undefined;
        if (delay === undefined) throw error;
        await retries.pause(delay, signal);
      }
    }
  } finally {
    retries.end();
  }
}

/** Parses the data of an event with one of the `/v1` schemas. @throws `ResponseShapeError` */
export function readEvent<Output>(data: string, what: string, pick: PickSchema<Output>): Promise<Output> {
  return readV1({ body: JSON.parse(data) as unknown }, what, pick);
}
