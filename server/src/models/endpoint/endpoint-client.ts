import { Deadline } from 'millrace/shared/runtime/deadline.js';
import { sleep } from 'millrace/shared/runtime/sleep.js';
import { Slots } from 'millrace/shared/runtime/slots.js';
import { redact } from 'millrace/shared/rules/mask-secret.js';
import type { Usage } from 'millrace/shared/runs/usage.js';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { ModuleError, type ModuleContext } from '../../module-contract/module.js';
import { RefusedTextError } from '../refused-text.js';
import { attempt, AttemptError, refusedFeature, versionPath, type EndpointRequest } from './attempt.js';
import { lacksPath } from './endpoint-url.js';
import { endpointMemory, type EndpointMemory } from './endpoint-memory.js';
import { isMissingPath, isRefusal, saysTooLong, tooLongToWait, type Fault } from './fault.js';
import { readTokens } from './read-body.js';
import type { RequestBody } from './request-body.js';
import type { ResponseCache } from './response-cache.js';

interface ClientOptions {
  /** Counts the requests and tokens. */
  readonly usage?: Usage;
  readonly cache?: ResponseCache | undefined;
  /** The time until which the module can wait, on the clock of `performance.now()`. @default no limit */
  readonly endsAt?: number | undefined;
  /** Writes a line to the run's log. */
  readonly log?: ModuleContext['log'];
}

/** The length of a text that fits any model's context, in characters. A shorter text is refused for another reason. */
const smallestWindow = 200;

/**
 * Sends concurrent requests to one endpoint, each with a time limit for all its attempts, and validates the responses. If the endpoint
 * refuses a field, the request is repeated without that field, and later requests omit it.
 */
export class EndpointClient {
  readonly memory: EndpointMemory;
  readonly model: string;
  readonly #host: string;
  readonly #settings: EndpointSettings;
  /** Aborts all requests when the run is stopped, or when one of them shows that the endpoint does not work. */
  readonly #life = new AbortController();
  readonly #slots: Slots;
  readonly #usage: Usage | undefined;
  readonly #cache: ResponseCache | undefined;
  readonly #endsAt: number;
  readonly #log: ModuleContext['log'];
  /** Whether another run of the step would repeat a request that has succeeded. */
  #wouldRepeat = false;

  constructor(settings: EndpointSettings, model: string, signal: AbortSignal, options: ClientOptions = {}) {
    this.#settings = settings;
    this.#usage = options.usage;
    this.#cache = options.cache;
    this.#endsAt = options.endsAt ?? Infinity;
    this.#log = options.log;
    this.model = model;
    this.memory = endpointMemory(settings.baseUrl, model);
    this.#host = new URL(settings.baseUrl).host;
    this.#slots = new Slots(settings.concurrency);
    if (signal.aborted) this.#life.abort(signal.reason);
    else signal.addEventListener('abort', () => this.#life.abort(signal.reason), { once: true });
  }

  /** Maximum number of concurrent requests. */
  get concurrency(): number {
    return this.#settings.concurrency;
  }

  /**
   * Returns the response to a request, or its cached response if the request allows it.
   *
   * @throws `RefusedTextError` if the endpoint refuses the request, `ModuleError` if the endpoint does not work. The messages contain
   * the host and the server's message, but never the key.
   */
  async ask<T>(request: EndpointRequest<T>): Promise<T> {
    const kept = request.usesCache ? await this.#cached(request) : undefined;
    if (kept !== undefined) return kept;
    return this.#slots.take(async () => {
      try {
        const response = await this.#withoutRefused(request);
        this.#wouldRepeat ||= !(request.usesCache && this.#cache);
        return response;
      } catch (error) {
        const { signal } = this.#life;
        if (signal.aborted || !(error instanceof AttemptError)) throw error;
        const { fault } = error;
        if (isRefusal(fault)) throw new RefusedTextError(this.#sentence(error.message), saysTooLong(fault));
        const failure = this.fail(error.message, fault.retryLater);
        this.#life.abort(failure);
        throw failure;
      }
    });
  }

  /** Caches the response to a request. Call it once the response has turned out to be useful. */
  async keep<T>(request: EndpointRequest<T>, response: T): Promise<void> {
    await this.#cache?.put(this.#cacheKey(request), Buffer.from(JSON.stringify(response)));
  }

  async #cached<T>(request: EndpointRequest<T>): Promise<T | undefined> {
    const kept = await this.#cache?.get(this.#cacheKey(request));
    if (kept === undefined) return undefined;
    const parsed = request.schema.safeParse(JSON.parse(kept.toString()));
    if (!parsed.success) return undefined;
    if (this.#usage) this.#usage.cached += 1;
    return parsed.data;
  }

  /** Returns the request with all its features, whichever the endpoint has refused. */
  #cacheKey<T>(request: EndpointRequest<T>): Buffer {
    const place = JSON.stringify([this.#settings.baseUrl, request.path, this.model]);
    return Buffer.concat([Buffer.from(`${place}\n`), request.body(new Set()).content]);
  }

  /** Returns the length of the pieces to split a text into, in characters, if it was refused because of its length. */
  windowAfter(error: unknown, text: string): number | undefined {
    if (!(error instanceof RefusedTextError && error.isTooLong) || text.length <= smallestWindow) return undefined;
    const window = Math.max(smallestWindow, Math.ceil(text.length / 2));
    this.memory.window = Math.min(this.memory.window, window);
    return window;
  }

  /** Creates the error for a response that is useless for this text. @param reason Such as `returned no text`. */
  refuse(reason: string): RefusedTextError {
    return new RefusedTextError(this.#sentence(reason));
  }

  /**
   * Creates the error for a response that shows that the endpoint does not work.
   *
   * @param retryAfter The time after which the endpoint may work again, in milliseconds.
   */
  fail(reason: string, retryAfter?: number): ModuleError {
    const retryAfterSeconds = retryAfter === undefined ? undefined : Math.ceil(retryAfter / 1000);
    return new ModuleError(this.#sentence(reason), { retryAfterSeconds });
  }

  #sentence(reason: string): string {
    const sentence = `The endpoint ${this.#host} ${reason}${reason.endsWith('.') ? '' : '.'}`;
    return redact(sentence, this.#settings.apiKey ?? '');
  }

  /** Sends a request, and repeats it without each feature that the endpoint refuses. */
  async #withoutRefused<T>(request: EndpointRequest<T>): Promise<T> {
    let missingPath: AttemptError | undefined;
    for (;;) {
      const refused = new Set(this.memory.refused);
      try {
        return await this.#attempts(request, refused);
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        const isMissing = isMissingPath(error.fault);
        if (isMissing && missingPath !== undefined) {
          this.memory.refused.delete(versionPath);
          throw missingPath;
        }
        const mayBeBare = isMissing && lacksPath(this.#settings.baseUrl) && !refused.has(versionPath);
        if (mayBeBare) missingPath = error;
        const feature = mayBeBare ? versionPath : refusedFeature(request.optional, refused, error.fault);
        if (feature === undefined) throw error;
        this.memory.refused.add(feature);
      }
    }
  }

  /**
   * Sends a request until there is a response. If the endpoint asks to wait longer than the time limit, the step goes back to its queue,
   * unless that would repeat requests that have succeeded, and would use up the endpoint's quota each time.
   */
  async #attempts<T>(request: EndpointRequest<T>, refused: ReadonlySet<string>): Promise<T> {
    const body = request.body(refused);
    for (;;) {
      const result = await this.#attemptsInTime(request, refused, body);
      if ('value' in result) return result.value;
      const { wait, fault } = result;
      if (!this.#wouldRepeat || performance.now() + wait >= this.#endsAt) {
        throw new AttemptError(tooLongToWait(fault, this.#settings.timeoutSeconds * 1000));
      }
      this.#log?.(this.#sentence(`${fault.reason} Waiting ${Math.ceil(wait / 1000)} s, as it asks.`), 'warning');
      await sleep(wait, this.#life.signal);
    }
  }

  /** Sends a request within the time limit. Otherwise, returns how long the endpoint asks to wait, in milliseconds. */
  async #attemptsInTime<T>(
    request: EndpointRequest<T>,
    refused: ReadonlySet<string>,
    body: RequestBody,
  ): Promise<{ readonly value: T } | { readonly wait: number; readonly fault: Fault }> {
    const milliseconds = this.#settings.timeoutSeconds * 1000;
    const endsAt = performance.now() + milliseconds;
    const deadline = new Deadline(this.#life.signal, milliseconds, () => new Error('timeout'));
    let last: Fault | undefined;
    try {
      for (let count = 1; ; count += 1) {
        const sent = { settings: this.#settings, model: this.model, refused, body };
        const result = await attempt(request, sent, {
          signal: deadline.signal,
          life: this.#life.signal,
          last,
          onResponse: (json) => this.#count(json),
        });
        if ('value' in result) return result;
        last = result.fault;
        if (count >= last.attempts || refusedFeature(request.optional, refused, last)) throw new AttemptError(last);
        const wait = last.retryAfter ?? Math.min(8000, 500 * 2 ** (count - 1)) * (0.75 + Math.random() / 4);
        if (performance.now() + wait >= endsAt) {
          if (last.retryAfter === undefined) throw new AttemptError(tooLongToWait(last, milliseconds));
          return { wait, fault: last };
        }
        await sleep(wait, deadline.signal);
      }
    } finally {
      deadline.clear();
    }
  }

  #count(json: unknown): void {
    if (!this.#usage) return;
    this.#usage.requests += 1;
    this.#usage.inputTokens += readTokens(json, 'prompt_tokens');
    this.#usage.outputTokens += readTokens(json, 'completion_tokens');
  }
}
