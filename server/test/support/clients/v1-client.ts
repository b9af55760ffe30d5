import { ServerSentEventParser } from 'millrace/shared/runtime/server-events.js';
import type { RunStatus, RunSummary } from 'millrace/shared/runs/run-status.js';
import type { HostedResponse } from './hosted-responses.js';

export interface RunPage {
  readonly items: RunSummary[];
  readonly nextCursor: string | null;
}

export interface V1ErrorBody {
  readonly error: { code: string; message: string; exchangeId: string; details?: unknown };
}

/** Calls `/v1` with a bearer token, and checks nothing. */
export class V1Client {
  constructor(
    readonly url: string,
    readonly apiKey: string,
  ) {}

  async call<Body>(method: string, path: string, json?: unknown): Promise<HostedResponse<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.#headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const body = (text === '' ? undefined : JSON.parse(text)) as Body;
    return { status: response.status, headers: response.headers, text, body };
  }

  get<Body>(path: string): Promise<HostedResponse<Body>> {
    return this.call('GET', path);
  }

  post<Body>(path: string, json?: unknown): Promise<HostedResponse<Body>> {
    return this.call('POST', path, json);
  }

  run(id: string, query = ''): Promise<HostedResponse<RunStatus>> {
    return this.get(`/v1/runs/${id}${query}`);
  }

  runs(query = ''): Promise<HostedResponse<RunPage>> {
    return this.get(`/v1/runs${query}`);
  }

  cancel(id: string): Promise<HostedResponse<RunSummary>> {
    return this.call('POST', `/v1/runs/${id}/cancel`);
  }

  delete(id: string): Promise<HostedResponse<undefined>> {
    return this.call('DELETE', `/v1/runs/${id}`);
  }

  /** Opens the raw stream of a run's events. */
  openEvents(id: string, signal: AbortSignal | null = null): Promise<Response> {
    return fetch(`${this.url}/v1/runs/${id}/events`, { headers: this.#headers, signal });
  }

  /** Yields the events of a run until the server ends the stream. */
  async *events(id: string): AsyncGenerator<{ event: string; data: unknown }> {
    yield* readEvents(await this.openEvents(id));
  }

  /** Opens the raw stream of all changes in the account. */
  openStream(query = '', headers: Record<string, string> = {}, signal: AbortSignal | null = null): Promise<Response> {
    return fetch(`${this.url}/v1/stream${query}`, { headers: { ...this.#headers, ...headers }, signal });
  }

  async allEvents(id: string): Promise<{ event: string; data: unknown }[]> {
    const events = [];
    for await (const event of this.events(id)) events.push(event);
    return events;
  }

  get #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.apiKey}` };
  }
}

export interface ReadEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id: string | undefined;
}

/** Yields the events of a stream until it ends. */
export async function* readEvents(response: Response): AsyncGenerator<ReadEvent> {
  if (response.status !== 200 || !response.body) throw new Error(`Expected a stream, got ${await response.text()}`);
  const parser = new ServerSentEventParser();
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    for (const { name, data, id } of parser.push(text)) yield { event: name, data: JSON.parse(data) as unknown, id };
  }
}
