import type { Call } from '../http/call.js';
import type { Connection } from '../http/connection.js';
import { readServerEvents } from '../http/read-server-events.js';
import { parseV1Response, requireV1, type PickSchema } from '../http/call-v1.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';
import type { ServerSentEvent } from '../shared/runtime/server-events.js';
import { sleep } from '../shared/runtime/sleep.js';
import { WaitRetries } from './wait-retries.js';

/** Delay before reconnecting after the server ends a connection, in milliseconds. */
const reconnectDelayMs = 250;

interface FollowOptions {
  readonly signal: AbortSignal | undefined;
  /** Timeout for the start of each response, in milliseconds. @default the longest time that a stream can be silent */
  readonly timeout?: number | undefined;
  /** Maximum time to retry consecutive errors, in milliseconds. @default the client's `retryFor` */
  readonly retryFor?: number | undefined;
  /** Whether a new connection resumes after the last event instead of starting over. @default true */
  readonly shouldSendLastEventId?: boolean;
  /** Called each time a connection opens. */
  readonly onOpen?: (() => void) | undefined;
  /** Returns whether to reconnect after a transient error. @default always */
  readonly shouldReconnect?: () => boolean;
}

/**
 * Yields the events of a stream until the caller stops iterating. Reconnects whenever the connection ends.
 *
 * @throws Any permanent error; a transient error if no retries are left or `shouldReconnect` returns false; the signal's reason if the
 * signal is aborted.
 */
export async function* followEvents(
  connection: Connection,
  call: Call,
  {
    signal,
    timeout,
    retryFor = connection.settings.retryFor,
    shouldSendLastEventId = true,
    onOpen,
    shouldReconnect = () => true,
  }: FollowOptions,
): AsyncGenerator<ServerSentEvent, undefined> {
  const retries = new WaitRetries(connection, () => retryFor);
  let lastEventId = '';
  let errorCount = 0;
  const handleOpen = (): void => {
    retries.reset();
    errorCount = 0;
    onOpen?.();
  };
  try {
    for (;;) {
      try {
        await requireV1(connection, { signal, timeout, maxRetries: 0 });
        const streamOptions = { lastEventId, onOpen: handleOpen, signal, timeout };
        for await (const event of readServerEvents(connection, call, streamOptions)) {
          yield event;
          // set only after the caller has handled the event, so that a new connection repeats an unhandled event
          if (shouldSendLastEventId) lastEventId = event.id ?? lastEventId;
        }
        await sleep(reconnectDelayMs, signal);
      } catch (error) {
        throwIfAborted(signal);
        const delay = shouldReconnect() ? retries.recordError(error, errorCount++) : undefined;
        if (delay === undefined) throw error;
        await retries.pause(delay, signal);
      }
    }
  } finally {
    retries.reset();
  }
}

/** Parses the data of an event. @throws `SyntaxError` if the data is not JSON; `ResponseShapeError` if it does not match the schema. */
export function parseEventData<Output>(data: string, action: string, pick: PickSchema<Output>): Promise<Output> {
  return parseV1Response({ body: JSON.parse(data) as unknown }, action, pick);
}
