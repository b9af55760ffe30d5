import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type * as z from 'zod';
import { ModuleError } from '../../module-contract/module.js';
import type { EndpointSettings } from '../../module-contract/model-settings.js';
import { redact } from '../../../../src/shared/rules/show-value.js';
import { rootCause } from '../root-cause.js';

type Call = (client: OpenAI, options: { signal: AbortSignal; timeout: number }) => PromiseLike<unknown>;

/** Sends requests to one endpoint, with a timeout, and validates every response. */
export class EndpointClient {
  readonly #client: OpenAI;
  readonly #host: string;
  readonly #settings: EndpointSettings;
  readonly #signal: AbortSignal;

  constructor(settings: EndpointSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
    this.#host = new URL(settings.baseUrl).host;
    this.#client = new OpenAI({
      baseURL: settings.baseUrl,
      // the library requires a key, but local servers do not
      apiKey: settings.apiKey ?? 'none',
      organization: null,
      project: null,
      maxRetries: 2,
      // the library would log request headers
      logLevel: 'off',
    });
  }

  /**
   * @param what A description of the expected response, as in "did not return <what>".
   * @throws `ModuleError` whose message contains the host and the problem, but never the key.
   */
  async ask<T>(what: string, schema: z.ZodType<T>, call: Call): Promise<T> {
    const timeout = this.#settings.timeoutSeconds * 1000;
    // this limits all attempts together, whereas the library's timeout applies to each attempt
    const deadline = AbortSignal.timeout(timeout);
    let response: unknown;
    try {
      response = await call(this.#client, { signal: AbortSignal.any([this.#signal, deadline]), timeout });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw new ModuleError(this.#explain(error, deadline.aborted));
    }
    const parsed = schema.safeParse(response);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : '';
    throw this.refuse(`did not return ${what}${where}`);
  }

  /** Creates the error for an unusable response. */
  refuse(why: string): ModuleError {
    return new ModuleError(this.#redact(`The endpoint ${this.#host} ${why}.`));
  }

  #explain(error: unknown, timedOut: boolean): string {
    return this.#redact(`The endpoint ${this.#host} ${this.#reason(error, timedOut)}`);
  }

  #reason(error: unknown, timedOut: boolean): string {
    if (timedOut || error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) {
      return `did not respond within ${this.#settings.timeoutSeconds} s. Increase its timeout, or check the endpoint.`;
    }
    if (error instanceof APIConnectionError) {
      return `cannot be reached (${rootCause(error)}). Check its URL, and make sure that it is running.`;
    }
    if (error instanceof APIError) {
      const status = error.status as number | undefined;
      return `returned ${status ?? 'an error'}${explainStatus(status)}${serverMessage(error.error)}.`;
    }
    return `returned an unreadable response (${rootCause(error)}).`;
  }

  #redact(text: string): string {
    return redact(text, this.#settings.apiKey ?? '');
  }
}

function explainStatus(status: number | undefined): string {
  if (status === 401 || status === 403) return ' (invalid API key)';
  if (status === 404) return ' (model or path not found)';
  if (status === 429) return ' (too many requests)';
  return '';
}

/** Returns the server's error message, on one line and truncated. */
function serverMessage(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  if (typeof message !== 'string' || message === '') return '';
  const line = message.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return `: ${line.length > 300 ? `${line.slice(0, 300)}…` : line}`;
}
