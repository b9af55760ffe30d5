import { ConfigurationError } from '../errors/configuration-error.js';
import { isKey } from '../settings/check-client-options.js';
import type { ApiKey, Settings } from '../settings/settings.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleInfo, ServerInfo } from '../shared/types/server-info.js';
import { abortable } from '../shared/runtime/abortable.js';
import { Agents } from './agents.js';
import { createOtherServerError, isWebPage, parseJson } from './response-body.js';
import { withRetries } from './attempts.js';
import { Deadline } from '../shared/runtime/deadline.js';
import { builtInModules, discover, fetchModules } from './discover.js';
import { exchange, type HttpResponse } from './exchange.js';
import { Outages } from './outages.js';
import type { RetryTarget } from './retries.js';
import { redact } from '../shared/rules/mask-secret.js';
import { createApiError } from './create-api-error.js';
import type { Call, Caller, CallResponse } from './call.js';
import { SharedResponse } from './shared-response.js';
import { TransportFault } from './transport-fault.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/** How long to cache that a server has no `/v1`, in milliseconds. Short, because a proxy may have sent the response. */
const hostedLifetimeMs = 60_000;

/** A run in progress whose code starts another run on the server. */
export interface ParentRun {
  readonly id: string;
  /** Records the id of the run that was started on the server as the child run of the current task. */
  readonly recordChild: (runId: string) => void;
}

/** Sends a client's requests. Adds the API key, retries failed requests and reuses connections. */
export class Connection implements Caller {
  readonly settings: Omit<Settings, 'apiKey'>;
  readonly agents: Agents;
  readonly outages: Outages;
  /**
   * Returns the run that the calling code is part of, if that run is reported to this server. Set by the reporter, so that this class does
   * not depend on local runs.
   */
  findParent: (() => Promise<ParentRun | undefined>) | undefined;
  /** Private, so that printing or serialising the connection does not reveal the key. */
  readonly #apiKey: ApiKey | undefined;
  readonly #server = new SharedResponse<ServerInfo>(({ kind }) => (kind === 'hosted' ? hostedLifetimeMs : Infinity));
  readonly #modules = new SharedResponse<readonly ModuleInfo[]>();

  constructor({ apiKey, ...settings }: Settings) {
    this.settings = settings;
    this.#apiKey = apiKey;
    this.agents = new Agents(settings);
    this.outages = new Outages(settings.log, settings.onOutage);
  }

  get apiKey(): ApiKey | undefined {
    return this.#apiKey;
  }

  /** The API URL. @throws `ConfigurationError` if the URL or the key is missing. */
  get apiUrl(): string {
    const { apiUrl, missing } = this.settings;
    if (apiUrl === undefined || missing !== undefined) throw new ConfigurationError(missing ?? 'Missing API URL.');
    return apiUrl;
  }

  /** Returns the server's kind, version and limits. The result is cached, but only for one minute if the server has no `/v1`. */
  server(options: RequestOptions = {}): Promise<ServerInfo> {
    const { signal, ...shared } = options;
    return this.#server.get((signal) => discover(this, { ...shared, signal }), signal);
  }

  /** Returns the server's modules, including custom modules. For the hosted service, returns the built-in modules. The result is cached. */
  async modules(options: RequestOptions = {}): Promise<readonly ModuleInfo[]> {
    const { signal, ...shared } = options;
    if ((await this.server(options)).kind === 'hosted') return builtInModules;
    return this.#modules.get((signal) => fetchModules(this, { ...shared, signal }), signal);
  }

  /**
   * Creates the target of a request, for its retries.
   *
   * @param isKnown Whether an earlier response named the URL.
   */
  createTarget(method: string, url: URL, isKnown = false): RetryTarget {
    const { outages, settings } = this;
    const label = isKnown ? `${method} ${url.origin}${url.pathname}` : `${method} ${url.pathname}`;
    return { origin: url.origin, label, isKnown, outages, settings };
  }

  /**
   * Sends a call and returns the response, regardless of its status.
   *
   * @throws `ConnectionError` if no complete response arrives; the signal's reason if it is aborted.
   */
  async send(call: Call, options: RequestOptions = {}): Promise<CallResponse> {
    const { signal } = options;
    throwIfAborted(signal);
    const url = new URL(this.apiUrl + call.path);
    const method = call.method ?? 'POST';
    try {
      const { response, mayBeDuplicate } = await withRetries(
        (_attempt, isRepeated) => this.#attempt(isRepeated ? { ...call, replacesFailed: false } : call, url, options),
        {
          repeat: call.repeat ?? 'always',
          target: this.createTarget(method, url),
          request: options,
        },
      );
      return { ...response, mayBeDuplicate };
    } catch (error) {
      throw error instanceof TransportFault ? error.toError(call.action, url) : error;
    }
  }

  /**
   * Sends a call and returns the response if its status is 2xx.
   *
   * @throws `ApiError` for any other status; `ResponseShapeError` if the response is not from a Millrace or Krixik server.
   */
  async ask(call: Call, options: RequestOptions = {}): Promise<CallResponse> {
    const response = await this.send(call, options);
    if (response.status < 200 || response.status > 299) {
      const isOtherSite = [404, 405].includes(response.status) && isWebPage(response.body);
      throw isOtherSite
        ? createOtherServerError(call.action, this.apiUrl, response.body)
        : createApiError(call.action, response);
    }
    if (response.body !== undefined && typeof response.body !== 'object') {
      throw createOtherServerError(call.action, this.apiUrl, response.body);
    }
    return response;
  }

  async #attempt(call: Call, url: URL, options: RequestOptions): Promise<HttpResponse<unknown>> {
    const timeout = options.timeout ?? this.settings.timeout;
    const deadline = new Deadline(
      options.signal,
      timeout,
      () => new TransportFault(`no response within ${timeout} ms`, { code: 'TIMEOUT' }),
      !call.isBackground,
    );
    const startTime = Date.now();
    try {
      const key = await abortable(this.#readKey(), deadline.signal);
      const response = await exchange({
        method: call.method ?? 'POST',
        url,
        headers: createHeaders(call, key),
        ...encodeBody(call),
        signal: deadline.signal,
        agents: this.agents,
        proxy: this.settings.proxyFor(url),
        needsNewConnection: call.repeat === 'never-arrived',
        isBackground: call.isBackground ?? false,
      });
      this.settings.log.debug(`${call.method ?? 'POST'} ${url.pathname}: ${response.status}`, {
        ms: Date.now() - startTime,
      });
      return { ...response, body: parseBody(response, key) };
    } finally {
      deadline.clear();
    }
  }

  /** Creates the headers of a call, including the API key. Send them only to the API URL. */
  async createHeaders(call: Call): Promise<Record<string, string>> {
    return createHeaders(call, await this.#readKey());
  }

  async #readKey(): Promise<string> {
    const apiKey = this.#apiKey;
    const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
    if (typeof key === 'string' && isKey(key)) return key;
    throw new ConfigurationError('Expected the `apiKey` function to return a valid API key, but it did not.');
  }
}

function createHeaders(call: Call, key: string): Record<string, string> {
  const isV1 = call.path.startsWith('/v1');
  return {
    Accept: 'application/json',
    ...(isV1 ? { Authorization: `Bearer ${key}` } : { krixikApiKey: key }),
    // the hosted service accepts JSON only as plain text; other servers accept both
    ...((call.json !== undefined || call.text !== undefined) && {
      'Content-Type': isV1 ? 'application/json' : 'text/plain',
    }),
    ...(call.form && { 'Content-Type': `multipart/form-data; boundary=${call.form.boundary}` }),
    ...(call.idempotencyKey !== undefined && { 'Idempotency-Key': call.idempotencyKey }),
    ...(call.replacesFailed && { 'Millrace-Replace-Failed': 'true' }),
  };
}

function encodeBody({ json, text, form }: Call): { body?: Buffer } {
  if (form) return { body: form.content };
  const encoded = text ?? (json === undefined ? undefined : JSON.stringify(json));
  return encoded === undefined ? {} : { body: Buffer.from(encoded) };
}

function parseBody(response: HttpResponse, key: string): unknown {
  const text = response.body.toString('utf8');
  if (text === '') return undefined;
  // a server may echo the request, but errors must not contain the key
  const safe = response.status < 300 ? text : redact(text, key);
  return parseJson(safe) ?? safe;
}
