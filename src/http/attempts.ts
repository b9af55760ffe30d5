import type { Log } from '../settings/log.js';
import type { HttpResponse } from './exchange.js';
import { shouldRetryAfterResponse, shouldRetryAfterFault, retryDelay, type Repeat } from './retry-policy.js';
import { sleep } from '../shared/runtime/sleep.js';
import { TransportFault } from './transport-fault.js';

export interface AttemptOptions {
  readonly repeat: Repeat;
  readonly maxRetries: number;
  readonly signal: AbortSignal | undefined;
  readonly log: Log;
  /** The method and path for log messages, without secrets. */
  readonly label: string;
}

interface AttemptResult<A> {
  readonly response: A;
  /** Whether an earlier attempt may have reached the server even though it failed here. */
  readonly mayBeDuplicate: boolean;
}

/**
 * Sends a request and retries it after transient errors. If the server closed an idle connection just as it
 * was reused, the request is resent once immediately, which does not count as a retry.
 *
 * @throws `TransportFault`, or any other error from `send`.
 */
export async function withRetries<A extends HttpResponse<unknown>>(
  send: (attempt: number) => Promise<A>,
  options: AttemptOptions,
): Promise<AttemptResult<A>> {
  const { repeat, maxRetries, signal, log, label } = options;
  let mayBeDuplicate = false;
  let retriedStaleSocket = false;
  for (let retries = 0, attempt = 0; ; attempt++) {
    const outcome = await send(attempt).catch((error: unknown) => {
      if (error instanceof TransportFault) return error;
      throw error;
    });
    const fault = outcome instanceof TransportFault ? outcome : undefined;
    if (fault?.isStale && !retriedStaleSocket && repeat === 'always') {
      retriedStaleSocket = true;
      mayBeDuplicate = true;
      continue;
    }
    const shouldRetry =
      outcome instanceof TransportFault
        ? shouldRetryAfterFault(outcome, repeat)
        : shouldRetryAfterResponse(outcome, repeat);
    if (!shouldRetry || retries >= maxRetries) {
      if (outcome instanceof TransportFault) throw outcome;
      return { response: outcome, mayBeDuplicate };
    }
    if (!fault?.neverArrived) mayBeDuplicate = true;
    const delay = retryDelay(retries++, outcome instanceof TransportFault ? {} : outcome.headers);
    const reason = outcome instanceof TransportFault ? outcome.code : `status ${outcome.status}`;
    log.warn(`${label}: ${reason}; attempt ${retries + 1} of ${maxRetries + 1} in ${Math.round(delay)} ms`);
    await sleep(delay, signal);
  }
}
