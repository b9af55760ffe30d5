import type { RecordedRequest } from './fake-server.js';

/** Parses the parts of a multipart body, in order. */
export function parseFormParts(seen: RecordedRequest | undefined): { head: string; content: string }[] {
  const boundary = /boundary=(.+)$/.exec(seen?.headers['content-type'] ?? '')?.[1] ?? '';
  return (seen?.body.toString('latin1') ?? '')
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...content] = part.slice(2, -2).split('\r\n\r\n');
      return { head, content: content.join('\r\n\r\n') };
    });
}
