import type { HttpResponse } from './exchange.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import { shouldRetryAfterResponse, shouldRetryAfterFault, type Repeat } from './retry-policy.js';
import { Retries, type RetryTarget } from './retries.js';
import { TransportFault } from './transport-fault.js';

interface AttemptOptions {
  readonly target: RetryTarget;
  readonly repeat: Repeat;
  readonly request: RequestOptions;
}

interface AttemptResult<R> {
  readonly response: R;
  /** Whether an earlier attempt may have taken effect on the server, although it failed. */
  readonly mayBeDuplicate: boolean;
}

/**
 * Sends a request and retries it after transient errors. If the server closed an idle connection just as the request reused it, an
 * idempotent request is resent once immediately, which does not count as a retry.
 *
 * @throws `TransportFault` if the last attempt received no complete response; any other error that `send` throws.
 */
export async function withRetries<R extends HttpResponse<unknown>>(
  send: (attempt: number, mayBeDuplicate: boolean) => Promise<R>,
  { target, repeat, request }: AttemptOptions,
): Promise<AttemptResult<R>> {
  const retries = new Retries(target, request);
  let mayBeDuplicate = false;
  let hasRetriedStaleSocket = false;
  try {
    for (let attempt = 0; ; attempt++) {
      const outcome = await send(attempt, mayBeDuplicate).catch((error: unknown) => {
        if (error instanceof TransportFault) return error;
        throw error;
      });
      const fault = outcome instanceof TransportFault ? outcome : undefined;
      if (fault?.isStale && !hasRetriedStaleSocket && repeat === 'always') {
        hasRetriedStaleSocket = true;
        mayBeDuplicate = true;
        continue;
      }
      if (outcome instanceof TransportFault) {
        if (!shouldRetryAfterFault(outcome, repeat) || !(await retries.waitAfterFault(outcome))) throw outcome;
      } else {
        target.outages.recordResponse(target.origin, outcome);
        if (!shouldRetryAfterResponse(outcome, repeat) || !(await retries.waitAfterResponse(outcome))) {
          return { response: outcome, mayBeDuplicate };
        }
      }
      if (!fault?.neverArrived) mayBeDuplicate = true;
    }
  } finally {
    retries.end();
  }
}
