import { request } from 'node:http';

export interface BrowserResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** Sends what browsers send and `fetch` does not: any `Host`, `Origin` and `Cookie`, and a path that is not normalized. */
export function send(url: string, path: string, { method, headers = {}, json }: Sent = {}): Promise<BrowserResponse> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path, headers, method: method ?? (json === undefined ? 'GET' : 'POST') },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

/** Signs a browser in. @returns The value of its `Cookie` header. */
export async function signIn(url: string, secret: { key: string } | { link: string }): Promise<string> {
  const response = await send(url, '/v1/session', { json: secret });
  const [cookie = ''] = response.headers['set-cookie'] ?? [];
  if (response.status !== 200) throw new Error(`Expected to be signed in, got ${response.text}`);
  return cookie.split(';')[0] ?? '';
}
