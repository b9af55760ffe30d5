import type { Context } from 'hono';
import type { RouteEnv } from '../http-context.js';

export const heartbeatMs = 15_000;

const heartbeat = new TextEncoder().encode(': still waiting\n\n');

/** What a stream writes next: a piece, `waiting` if there was none for {@link heartbeatMs}, or `ended`. */
export type Next = { readonly piece: Uint8Array; readonly isLast?: boolean } | 'waiting' | 'ended';

interface StreamOptions {
  /** Called once the previous piece has been written to the socket, so that a slow client slows down only its own stream. */
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
  // the client may have left before the response
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
      // nginx would keep events back
      'x-accel-buffering': 'no',
    },
  });
}
