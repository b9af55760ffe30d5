import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunWebhookEvent } from 'millrace/shared/types/webhook.js';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Typed as an event of a run. Tests of batches receive another type. */
  readonly event: RunWebhookEvent;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** The responses to the next messages. The last one is repeated. */
  replies: (number | ((response: ServerResponse) => void))[];
  /** The events in order of arrival. */
  types(): string[];
}

/** Starts an HTTP server that receives webhooks until the test has finished. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const receiver: Receiver = {
    url: '',
    received,
    replies: [204],
    types: () => received.map(({ event }) => event.type),
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers, body, event: JSON.parse(body) as RunWebhookEvent });
      const [reply = 204, ...rest] = receiver.replies;
      if (rest.length > 0) receiver.replies = rest;
      if (typeof reply === 'number') response.writeHead(reply).end('noted');
      else reply(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(receiver, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` });
}
