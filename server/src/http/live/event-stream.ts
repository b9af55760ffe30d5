import type { Context } from 'hono';
import type { RouteEnv } from '../http-context.js';

/** How long a stream can be silent before it sends a heartbeat, in milliseconds. */
export const heartbeatMs = 15_000;

const heartbeat = new TextEncoder().encode(': still waiting\n\n');

/** The next output of a stream: a piece, a heartbeat (`waiting`) if there was no piece for {@link heartbeatMs}, or the end (`ended`). */
export type Next = { readonly piece: Uint8Array; readonly isLast?: boolean } | 'waiting' | 'ended';

interface StreamOptions {
  /** Returns the next output. Called once the socket has accepted the previous one, so that a slow client slows down only its stream. */
  readonly next: () => Promise<Next>;
  readonly onClose: () => void;
  /** How long a client may take to read a piece before it is disconnected, in milliseconds. */
  readonly stallMs: number;
}

/** Creates a response of server-sent events. */
export function eventStream(c: Context<RouteEnv>, { next, onClose, stallMs }: StreamOptions): Response {
  const { outgoing } = c.env;
  let stalled: NodeJS.Timeout | undefined;
  const close = () => {
    clearTimeout(stalled);
    onClose();
  };
  // the client may have disconnected before the response
  if (outgoing.destroyed) close();
  else outgoing.once('close', close);
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        clearTimeout(stalled);
        const found = await next();
        if (outgoing.destroyed) return;
        if (found === 'ended') {
          controller.close();
          return;
        }
        stalled = setTimeout(() => outgoing.destroy(), stallMs).unref();
        controller.enqueue(found === 'waiting' ? heartbeat : found.piece);
        if (found !== 'waiting' && found.isLast) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'transfer-encoding': 'chunked',
      // otherwise, nginx would buffer the events
      'x-accel-buffering': 'no',
    },
  });
}
