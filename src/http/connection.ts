import { ConfigurationError } from '../errors/configuration-error.js';
import { isValidKey } from '../settings/check-client-options.js';
import type { ApiKey, Settings } from '../settings/settings.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleInfo, ServerInfo } from '../shared/types/server-info.js';
import { abortable } from '../shared/runtime/abortable.js';
import { Agents } from './agents.js';
import { createWrongServerError, isWebPage, parseJson } from './response-body.js';
import { withRetries } from './attempts.js';
import { AbortTimer } from '../shared/runtime/abort-timer.js';
import { builtInModules, identifyServer, fetchModules } from './identify-server.js';
import { exchange, type HttpResponse } from './exchange.js';
import { Outages } from './outages.js';
import type { RetryTarget } from './retries.js';
import { maskSecret } from '../shared/rules/mask-secret.js';
import { createApiError } from './create-api-error.js';
import type { Call, Caller, CallResponse } from './call.js';
import { SharedResponse } from './shared-response.js';
import { TransportError } from './transport-error.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

/** How long to cache the info about a server without `/v1`, in milliseconds. Short, because a proxy may have sent the response. */
const hostedInfoLifetimeMs = 60_000;

/** A local run that starts a run on the server. */
export interface ParentRun {
  readonly id: string;
  /** Records a run on the server as the child run of the current task attempt, unless the attempt already has one. */
  readonly recordChild: (runId: string) => void;
}

/** Sends a client's requests. Adds the API key, retries failed requests and reuses connections. */
export class Connection implements Caller {
  readonly settings: Omit<Settings, 'apiKey'>;
  readonly agents: Agents;
  readonly outages: Outages;
  /**
   * Returns the run that the calling code belongs to, if the run is reported to this server. The reporter sets this function, so that this
   * class does not depend on local runs.
   */
  findParent: (() => Promise<ParentRun | undefined>) | undefined;
  /** Private, so that printing or serializing the connection does not reveal the key. */
  readonly #apiKey: ApiKey | undefined;
  readonly #server = new SharedResponse<ServerInfo>(({ kind }) =>
    kind === 'hosted' ? hostedInfoLifetimeMs : Infinity,
  );
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

  get apiUrl(): string {
    const { apiUrl, missingAccessMessage } = this.settings;
    if (apiUrl === undefined || missingAccessMessage !== undefined)
      throw new ConfigurationError(missingAccessMessage ?? 'Missing API URL.');
    return apiUrl;
  }

  /** The result is cached for one minute if the server does not support `/v1`, and otherwise for the client's lifetime. */
  getServerInfo(options: RequestOptions = {}): Promise<ServerInfo> {
    const { signal, ...sharedOptions } = options;
    return this.#server.get((signal) => identifyServer(this, { ...sharedOptions, signal }), signal);
  }

  /** Returns the server's modules, or the built-in modules for the hosted service, which cannot list its modules. The result is cached. */
  async getModules(options: RequestOptions = {}): Promise<readonly ModuleInfo[]> {
    const { signal, ...sharedOptions } = options;
    if ((await this.getServerInfo(options)).kind === 'hosted') return builtInModules;
    return this.#modules.get((signal) => fetchModules(this, { ...sharedOptions, signal }), signal);
  }

  /**
   * Describes a request's server and retry settings for {@link withRetries}.
   *
   * @param isHostKnown Whether the host is known to exist, because an earlier response contained the URL. If true, `label` includes the
   * origin.
   */
  createRetryTarget(method: string, url: URL, isHostKnown = false): RetryTarget {
    const { outages, settings } = this;
    const label = isHostKnown ? `${method} ${url.origin}${url.pathname}` : `${method} ${url.pathname}`;
    return { origin: url.origin, label, isHostKnown, outages, settings };
  }

  async send(call: Call, options: RequestOptions = {}): Promise<CallResponse> {
    const { signal } = options;
    throwIfAborted(signal);
    const url = new URL(this.apiUrl + call.path);
    const method = call.method ?? 'POST';
    try {
      const { response, mayBeDuplicate } = await withRetries(
        (_attempt, mayBeDuplicate) =>
          this.#sendOnce(mayBeDuplicate ? { ...call, mayReplaceFailedRun: false } : call, url, options),
        {
          retryPolicy: call.retryPolicy ?? 'always',
          target: this.createRetryTarget(method, url),
          options,
        },
      );
      return { ...response, mayBeDuplicate };
    } catch (error) {
      throw error instanceof TransportError ? error.toConnectionError(call.action, url) : error;
    }
  }

  async request(call: Call, options: RequestOptions = {}): Promise<CallResponse> {
    const response = await this.send(call, options);
    if (response.status < 200 || response.status > 299) {
      const isWrongServer = [404, 405].includes(response.status) && isWebPage(response.body);
      throw isWrongServer
        ? createWrongServerError(call.action, this.apiUrl, response.body)
        : createApiError(call.action, response);
    }
    if (response.body !== undefined && typeof response.body !== 'object') {
      throw createWrongServerError(call.action, this.apiUrl, response.body);
    }
    return response;
  }

  async #sendOnce(call: Call, url: URL, options: RequestOptions): Promise<HttpResponse<unknown>> {
    const timeout = options.timeout ?? this.settings.timeout;
    const abortTimer = new AbortTimer(
      options.signal,
      timeout,
      () => new TransportError(`no response within ${timeout} ms`, { code: 'TIMEOUT' }),
      !call.isBackground,
    );
    const startTime = Date.now();
    try {
      const key = await abortable(this.#readKey(), abortTimer.signal);
      const response = await exchange({
        method: call.method ?? 'POST',
        url,
        headers: createHeaders(call, key),
        ...encodeBody(call),
        signal: abortTimer.signal,
        agents: this.agents,
        proxy: this.settings.proxyFor(url),
        needsNewConnection: call.retryPolicy === 'if-not-received',
        isBackground: call.isBackground ?? false,
      });
      this.settings.log.debug(`${call.method ?? 'POST'} ${url.pathname}: ${response.status}`, {
        ms: Date.now() - startTime,
      });
      return { ...response, body: parseBody(response, key) };
    } finally {
      abortTimer.clear();
    }
  }

  /** Creates a call's headers, which include the API key. Send them only to the API URL. */
  async createHeaders(call: Call): Promise<Record<string, string>> {
    return createHeaders(call, await this.#readKey());
  }

  async #readKey(): Promise<string> {
    const apiKey = this.#apiKey;
    const key = typeof apiKey === 'function' ? await apiKey() : apiKey;
    if (typeof key === 'string' && isValidKey(key)) return key;
    throw new ConfigurationError('Expected the `apiKey` function to return a valid API key, but it did not.');
  }
}

function createHeaders(call: Call, key: string): Record<string, string> {
  const isV1 = call.path.startsWith('/v1');
  return {
    Accept: 'application/json',
    ...(isV1 ? { Authorization: `Bearer ${key}` } : { krixikApiKey: key }),
    // the hosted service accepts JSON only as `text/plain`
    ...((call.json !== undefined || call.text !== undefined) && {
      'Content-Type': isV1 ? 'application/json' : 'text/plain',
    }),
    ...(call.form && { 'Content-Type': `multipart/form-data; boundary=${call.form.boundary}` }),
    ...(call.idempotencyKey !== undefined && { 'Idempotency-Key': call.idempotencyKey }),
    ...(call.mayReplaceFailedRun && { 'Millrace-Replace-Failed': 'true' }),
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
  // mask the key: an error response may echo the request, which contains the key, and `ApiError` exposes the body
  const safe = response.status < 300 ? text : maskSecret(text, key);
  return parseJson(safe) ?? safe;
}
