import type { HttpResponse } from './exchange.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { shouldRetryAfterResponse, shouldRetryAfterTransportError, type RetryPolicy } from './retry-policy.js';
import { Retries, type RetryTarget } from './retries.js';
import { TransportError } from './transport-error.js';

interface RetryOptions {
  readonly target: RetryTarget;
  readonly retryPolicy: RetryPolicy;
  readonly options: RequestOptions;
}

interface FinalResponse<R> {
  readonly response: R;
  /** Whether an earlier attempt may have taken effect on the server, although it failed. */
  readonly mayBeDuplicate: boolean;
}

/**
 * Sends a request and retries it after transient errors. If the server closes an idle connection just as the request reuses it, an
 * idempotent request is immediately sent again, but only once. This does not count as a retry.
 *
 * @param send Sends the request. `attempt` is 0-based. `mayBeDuplicate` is true if an earlier attempt may have taken effect.
 * @throws `TransportError` if the last attempt throws one; the signal's reason if it is aborted; any other error that `send` throws.
 */
export async function withRetries<R extends HttpResponse<unknown>>(
  send: (attempt: number, mayBeDuplicate: boolean) => Promise<R>,
  { target, retryPolicy, options }: RetryOptions,
): Promise<FinalResponse<R>> {
  const retries = new Retries(target, options);
  let mayBeDuplicate = false;
  let hasRetriedStaleConnection = false;
  try {
    for (let attempt = 0; ; attempt++) {
      const outcome = await send(attempt, mayBeDuplicate).catch((error: unknown) => {
        if (error instanceof TransportError) return error;
        throw error;
      });
      const transportError = outcome instanceof TransportError ? outcome : undefined;
      if (transportError?.isStaleConnection && !hasRetriedStaleConnection && retryPolicy === 'always') {
        hasRetriedStaleConnection = true;
        mayBeDuplicate = true;
        continue;
      }
      if (outcome instanceof TransportError) {
        if (!shouldRetryAfterTransportError(outcome, retryPolicy) || !(await retries.waitAfterTransportError(outcome)))
          throw outcome;
      } else {
        target.outages.recordResponse(target.origin, outcome);
        if (!shouldRetryAfterResponse(outcome, retryPolicy) || !(await retries.waitAfterResponse(outcome))) {
          return { response: outcome, mayBeDuplicate };
        }
      }
      if (!transportError?.requestNeverArrived) mayBeDuplicate = true;
    }
  } finally {
    retries.end();
  }
}
