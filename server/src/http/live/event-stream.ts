import type { Context } from 'hono';
import type { RouteEnv } from '../http-context.js';

/** The interval between heartbeats while there are no events, in milliseconds. */
export const heartbeatIntervalMs = 15_000;

const heartbeat = new TextEncoder().encode(': still waiting\n\n');

/** Formats an event without its final blank line, so that an id can follow. */
export function formatEvent(type: string, dataJson: string): string {
  return `event: ${type}\ndata: ${dataJson}\n`;
}

/** The next output of a stream: a chunk, `waiting` if there was no chunk for {@link heartbeatIntervalMs}, or `ended`. */
export type NextOutput = { readonly chunk: Uint8Array; readonly isLast?: boolean } | 'waiting' | 'ended';

interface StreamOptions {
  /** Returns the next output. Called only after the socket has accepted the previous output, so that slow clients cause no backlog. */
  readonly next: () => Promise<NextOutput>;
  readonly onClose: () => void;
  /** How long a client may take to read a chunk before it is disconnected, in milliseconds. */
  readonly stallTimeoutMs: number;
}

/** Returns a response that streams server-sent events. */
export function createEventStream(c: Context<RouteEnv>, { next, onClose, stallTimeoutMs }: StreamOptions): Response {
  const { outgoing } = c.env;
  let stallTimer: NodeJS.Timeout | undefined;
  const close = () => {
    clearTimeout(stallTimer);
    onClose();
  };
  // the client may have disconnected already
  if (outgoing.destroyed) close();
  else outgoing.once('close', close);
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        clearTimeout(stallTimer);
        const output = await next();
        if (outgoing.destroyed) return;
        if (output === 'ended') {
          controller.close();
          return;
        }
        stallTimer = setTimeout(() => outgoing.destroy(), stallTimeoutMs).unref();
        controller.enqueue(output === 'waiting' ? heartbeat : output.chunk);
        if (output !== 'waiting' && output.isLast) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'transfer-encoding': 'chunked',
      // prevent nginx from buffering the events
      'x-accel-buffering': 'no',
    },
  });
}
