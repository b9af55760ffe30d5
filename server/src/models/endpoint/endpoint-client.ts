import { AbortTimer } from 'millrace/shared/runtime/abort-timer.js';
import { sleep } from 'millrace/shared/runtime/sleep.js';
import { Semaphore } from 'millrace/shared/runtime/semaphore.js';
import { maskSecret } from 'millrace/shared/rules/mask-secret.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import { RefusedTextError } from '../refused-text.js';
import { sendOnce, AttemptError, findRefusedFeature, versionPrefix, type EndpointRequest } from './send-once.js';
import { canOmitVersion } from './endpoint-url.js';
import { getLearnedLimits, type LearnedLimits } from './learned-limits.js';
import { isMissingPath, isRefusal, reportsTooLong, createTimeoutFault, type Fault } from './fault.js';
import { readTokenCount } from './parse-body.js';
import type { RequestBody } from './request-body.js';
import type { ResponseCache } from './response-cache.js';

interface ClientOptions {
  /** Counts the requests, cached responses and tokens. */
  readonly usage?: Usage;
  readonly cache?: ResponseCache | undefined;
  /** The module's deadline, as a `performance.now()` timestamp. @default no deadline */
  readonly deadlineAt?: number | undefined;
  /** Writes a line to the run's log. */
  readonly log?: ModuleContext['log'];
}

/** Minimum window, in characters. A text of this length fits any model's context, so a refusal must have another reason. */
const minWindow = 200;

/**
 * Sends concurrent requests to an endpoint, retries them within the timeout, and validates the responses. If the endpoint refuses an
 * optional feature, the client repeats the request without the feature and omits the feature from later requests.
 */
export class EndpointClient {
  readonly learnedLimits: LearnedLimits;
  readonly model: string;
  readonly #host: string;
  readonly #settings: EndpointSettings;
  /** Aborts all requests when the run is stopped, or when a request shows that the endpoint does not work. */
  readonly #stopController = new AbortController();
  readonly #slots: Semaphore;
  readonly #usage: Usage | undefined;
  readonly #cache: ResponseCache | undefined;
  readonly #deadlineAt: number;
  readonly #log: ModuleContext['log'];
  /** Whether a retry of the step would repeat a request that has succeeded. */
  #stepRetryRepeatsRequests = false;

  constructor(settings: EndpointSettings, model: string, signal: AbortSignal, options: ClientOptions = {}) {
    this.#settings = settings;
    this.#usage = options.usage;
    this.#cache = options.cache;
    this.#deadlineAt = options.deadlineAt ?? Infinity;
    this.#log = options.log;
    this.model = model;
    this.learnedLimits = getLearnedLimits(settings.baseUrl, model);
    this.#host = new URL(settings.baseUrl).host;
    this.#slots = new Semaphore(settings.concurrency);
    if (signal.aborted) this.#stopController.abort(signal.reason);
    else signal.addEventListener('abort', () => this.#stopController.abort(signal.reason), { once: true });
  }

  /** Maximum number of concurrent requests. */
  get concurrency(): number {
    return this.#settings.concurrency;
  }

  /**
   * Sends a request and returns the response. If `usesCache` is true and the response is cached, returns the cached response instead.
   *
   * @throws `RefusedTextError` if the endpoint refuses the request, or `ModuleError` if the endpoint does not work. The messages contain
   * the host and the server's message, but never the API key.
   */
  async send<T>(request: EndpointRequest<T>): Promise<T> {
    const cached = request.usesCache ? await this.#readCache(request) : undefined;
    if (cached !== undefined) return cached;
    return this.#slots.run(async () => {
      try {
        const response = await this.#sendWithoutRefusedFeatures(request);
        this.#stepRetryRepeatsRequests ||= !(request.usesCache && this.#cache);
        return response;
      } catch (error) {
        const { signal } = this.#stopController;
        if (signal.aborted || !(error instanceof AttemptError)) throw error;
        const { fault } = error;
        if (isRefusal(fault)) throw new RefusedTextError(this.#describe(error.message), reportsTooLong(fault));
        const failure = this.createEndpointError(error.message, fault.stepRetryAfterMs);
        this.#stopController.abort(failure);
        throw failure;
      }
    });
  }

  /** Caches the response to a request. Call this method only after validating the response. */
  async cacheResponse<T>(request: EndpointRequest<T>, response: T): Promise<void> {
    await this.#cache?.put(this.#createCacheKey(request), Buffer.from(JSON.stringify(response)));
  }

  async #readCache<T>(request: EndpointRequest<T>): Promise<T | undefined> {
    const cached = await this.#cache?.get(this.#createCacheKey(request));
    if (cached === undefined) return undefined;
    const parsed = request.schema.safeParse(JSON.parse(cached.toString()));
    if (!parsed.success) return undefined;
    if (this.#usage) this.#usage.cached += 1;
    return parsed.data;
  }

  /** Creates a cache key from the base URL, the path, the model, and the body with all features, including refused ones. */
  #createCacheKey<T>(request: EndpointRequest<T>): Buffer {
    const target = JSON.stringify([this.#settings.baseUrl, request.path, this.model]);
    return Buffer.concat([Buffer.from(`${target}\n`), request.createBody(new Set()).content]);
  }

  /**
   * If a text was refused because of its length, limits the length of later pieces to half the text's length, but not below `minWindow`.
   *
   * @returns The new maximum length, in characters, or `undefined` if the error has a different reason.
   */
  shrinkWindowIfTooLong(error: unknown, text: string): number | undefined {
    if (!(error instanceof RefusedTextError && error.isTooLong) || text.length <= minWindow) return undefined;
    const window = Math.max(minWindow, Math.ceil(text.length / 2));
    this.learnedLimits.windowCharacters = Math.min(this.learnedLimits.windowCharacters, window);
    return window;
  }

  /**
   * Creates the error for an unusable response to a text.
   *
   * @param reason The message without its subject, the endpoint, such as `returned no text`.
   */
  createRefusedTextError(reason: string): RefusedTextError {
    return new RefusedTextError(this.#describe(reason));
  }

  /**
   * Creates the error for an endpoint that does not work.
   *
   * @param reason The message without its subject, the endpoint, such as `returned a vector with a non-finite value`.
   * @param retryAfterMs The delay before a retry of the step, in milliseconds.
   */
  createEndpointError(reason: string, retryAfterMs?: number): ModuleError {
    const retryAfterSeconds = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
    return new ModuleError(this.#describe(reason), { retryAfterSeconds });
  }

  #describe(reason: string): string {
    const sentence = `The endpoint ${this.#host} ${reason}${reason.endsWith('.') ? '' : '.'}`;
    return maskSecret(sentence, this.#settings.apiKey ?? '');
  }

  /** Sends a request. Whenever the endpoint refuses a feature, repeats the request without the feature. */
  async #sendWithoutRefusedFeatures<T>(request: EndpointRequest<T>): Promise<T> {
    let missingPathError: AttemptError | undefined;
    for (;;) {
      const refusedFeatures = new Set(this.learnedLimits.refusedFeatures);
      try {
        return await this.#sendBeyondTimeout(request, refusedFeatures);
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        const isMissing = isMissingPath(error.fault);
        if (isMissing && missingPathError !== undefined) {
          this.learnedLimits.refusedFeatures.delete(versionPrefix);
          throw missingPathError;
        }
        const shouldTryWithoutVersion =
          isMissing && canOmitVersion(this.#settings.baseUrl) && !refusedFeatures.has(versionPrefix);
        if (shouldTryWithoutVersion) missingPathError = error;
        const feature = shouldTryWithoutVersion
          ? versionPrefix
          : findRefusedFeature(request.optionalFeatures, refusedFeatures, error.fault);
        if (feature === undefined) throw error;
        this.learnedLimits.refusedFeatures.add(feature);
      }
    }
  }

  /**
   * Sends a request. If the endpoint asks for a delay that exceeds the timeout, throws an error, so that the step is retried later. If a
   * retry of the step would repeat successful requests and the delay ends before `deadlineAt`, waits and sends the request again instead.
   */
  async #sendBeyondTimeout<T>(request: EndpointRequest<T>, refusedFeatures: ReadonlySet<string>): Promise<T> {
    const body = request.createBody(refusedFeatures);
    for (;;) {
      const result = await this.#sendWithinTimeout(request, refusedFeatures, body);
      if ('value' in result) return result.value;
      const { waitMs, fault } = result;
      if (!this.#stepRetryRepeatsRequests || performance.now() + waitMs >= this.#deadlineAt) {
        throw new AttemptError(createTimeoutFault(fault, this.#settings.timeoutSeconds * 1000));
      }
      this.#log?.(this.#describe(`${fault.reason} Waiting ${Math.ceil(waitMs / 1000)} s, as requested.`), 'warning');
      await sleep(waitMs, this.#stopController.signal);
    }
  }

  /** Sends a request, with retries, within the timeout. If the endpoint asks for a delay that exceeds the timeout, returns that delay. */
  async #sendWithinTimeout<T>(
    request: EndpointRequest<T>,
    refusedFeatures: ReadonlySet<string>,
    body: RequestBody,
  ): Promise<{ readonly value: T } | { readonly waitMs: number; readonly fault: Fault }> {
    const timeoutMs = this.#settings.timeoutSeconds * 1000;
    const endsAt = performance.now() + timeoutMs;
    const deadline = new AbortTimer(this.#stopController.signal, timeoutMs, () => new Error('timeout'));
    let latestFault: Fault | undefined;
    try {
      for (let attemptNumber = 1; ; attemptNumber += 1) {
        const attemptRequest = { settings: this.#settings, model: this.model, refusedFeatures, body };
        const result = await sendOnce(request, attemptRequest, {
          signal: deadline.signal,
          stopSignal: this.#stopController.signal,
          previousFault: latestFault,
          onResponse: (json) => this.#countUsage(json),
        });
        if ('value' in result) return result;
        latestFault = result.fault;
        if (
          attemptNumber >= latestFault.maxAttempts ||
          findRefusedFeature(request.optionalFeatures, refusedFeatures, latestFault)
        )
          throw new AttemptError(latestFault);
        const waitMs =
          latestFault.retryAfterMs ?? Math.min(8000, 500 * 2 ** (attemptNumber - 1)) * (0.75 + Math.random() / 4);
        if (performance.now() + waitMs >= endsAt) {
          if (latestFault.retryAfterMs === undefined)
            throw new AttemptError(createTimeoutFault(latestFault, timeoutMs));
          return { waitMs, fault: latestFault };
        }
        await sleep(waitMs, deadline.signal);
      }
    } finally {
      deadline.clear();
    }
  }

  #countUsage(json: unknown): void {
    if (!this.#usage) return;
    this.#usage.requests += 1;
    this.#usage.inputTokens += readTokenCount(json, 'prompt_tokens');
    this.#usage.outputTokens += readTokenCount(json, 'completion_tokens');
  }
}
