import type { Log } from '../settings/log.js';
import type { HttpResponse } from './exchange.js';
import { mayRepeatAfterResponse, mayRepeatAfterFault, retryDelay, type Repeat } from './retry-policy.js';
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

interface Attempted<A> {
  readonly response: A;
  /** Whether an earlier attempt may have reached the server even though it failed here. */
  readonly mayBeRepetition: boolean;
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
): Promise<Attempted<A>> {
  const { repeat, maxRetries, signal, log, label } = options;
  let mayBeRepetition = false;
  let staleRetried = false;
  for (let retries = 0, attempt = 0; ; attempt++) {
    const outcome = await send(attempt).catch((error: unknown) => {
      if (error instanceof TransportFault) return error;
      throw error;
    });
    const fault = outcome instanceof TransportFault ? outcome : undefined;
    if (fault?.isStale && !staleRetried && repeat === 'always') {
      staleRetried = true;
      mayBeRepetition = true;
      continue;
    }
    const may =
      outcome instanceof TransportFault
        ? mayRepeatAfterFault(outcome, repeat)
        : mayRepeatAfterResponse(outcome, repeat);
    if (!may || retries >= maxRetries) {
      if (outcome instanceof TransportFault) throw outcome;
      return { response: outcome, mayBeRepetition };
    }
    if (!fault?.neverArrived) mayBeRepetition = true;
    const delay = retryDelay(retries++, outcome instanceof TransportFault ? {} : outcome.headers);
    const reason = outcome instanceof TransportFault ? outcome.code : `status ${outcome.status}`;
    log.warn(`${label}: ${reason}; attempt ${retries + 1} of ${maxRetries + 1} in ${Math.round(delay)} ms`);
    await sleep(delay, signal);
  }
}
