import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * An account's HTTP request or background task for which statements run. Statements without a caller, such as those of the sweeper, have
 * no limits.
 */
export interface Caller {
  readonly account: string;
  /** The id of the API key. Empty if the caller has no key. */
  readonly keyId: string;
  readonly keyName: string;
  /** The client's IP address; `null` if there is no client or its address is unknown. */
  readonly address: string | null;
  /** Maximum duration of one statement or transaction, in milliseconds. The embedded database cannot enforce it. */
  readonly statementTimeoutMs: number;
  /** Whether the client has disconnected. */
  hasDisconnected(): boolean;
}

/** Thrown when a statement is stopped or never started because its client disconnected, or when it exceeds its time limit. */
export class StatementStoppedError extends Error {
  override readonly name = 'StatementStoppedError';
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work` with the caller's limits on connections and statement duration. */
export function runForCaller<T>(caller: Caller, work: () => T): T {
  return callers.run(caller, work);
}

/** Runs `work` without a caller. Neither the current caller's limits nor its client's disconnect can stop the statements of `work`. */
export function runWithoutCaller<T>(work: () => T): T {
  return callers.exit(work);
}

/** Returns the current caller's API key and IP address, or `undefined` if there is no caller. */
export function getCallerOrigin(): Pick<Caller, 'keyId' | 'keyName' | 'address'> | undefined {
  return callers.getStore();
}

/** Returns the id of the current caller's API key, or `null` if there is no caller. */
export function getCallerKeyId(): string | null {
  return callers.getStore()?.keyId ?? null;
}

/** Returns the current caller's account and connection state. Without a caller, the account is the empty string. */
export function getCallerState(): { readonly account: string; hasDisconnected(): boolean } {
  return callers.getStore() ?? { account: '', hasDisconnected: () => false };
}

/** Returns the error for a statement that was not run because its client had disconnected. */
export function clientGoneError(): StatementStoppedError {
  return new StatementStoppedError('The client disconnected before its statement ran.');
}

/**
 * Limits how many statements and transactions run concurrently per account, so that one account does not block the others.
 * An account's statements and transactions start in call order.
 */
export class AccountLimiter {
  readonly #maxPerAccount: number;
  readonly #queueByAccount = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(maxPerAccount: number) {
    this.#maxPerAccount = maxPerAccount;
  }

  /**
   * Runs `work` as soon as the caller's account is below its limit, or immediately if there is no caller.
   *
   * @throws `StatementStoppedError` if the client disconnects before `work` starts.
   */
  async run<T>(work: (caller: Caller | undefined) => Promise<T>): Promise<T> {
    const caller = callers.getStore();
    if (!caller) return work(undefined);
    const queue = this.#queueByAccount.get(caller.account) ?? { running: 0, waiting: [] };
    this.#queueByAccount.set(caller.account, queue);
    if (queue.running >= this.#maxPerAccount) await new Promise<void>((resolve) => queue.waiting.push(resolve));
    else queue.running += 1;
    try {
      if (caller.hasDisconnected()) throw clientGoneError();
      return await work(caller);
    } finally {
      const next = queue.waiting.shift();
      if (next) next();
      else if (--queue.running === 0) this.#queueByAccount.delete(caller.account);
    }
  }
}

/** Interval between checks of a running statement, in milliseconds. */
const checkIntervalMs = 1000;

/**
 * Stops a statement or transaction that runs longer than the caller's limit, or a `select` whose client has disconnected.
 *
 * @param isSelect Whether the statement is a `select`. Other statements and transactions may write, so they continue after a disconnect.
 * @param stop Called when the statement must stop, and then every second until `end` is called.
 * @returns An object whose `end` method stops watching, and resolves to the error if the statement had to stop.
 */
export function watchStatement(
  caller: Caller,
  isSelect: boolean,
  stop: () => Promise<void>,
): { end(): Promise<StatementStoppedError | undefined> } {
  const startedAt = performance.now();
  let reason: StatementStoppedError | undefined;
  let stopping: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (performance.now() - startedAt > caller.statementTimeoutMs) {
      reason ??= new StatementStoppedError(
        `The database worked on this request for more than ${caller.statementTimeoutMs / 1000} s. Request less data at a time.`,
      );
    } else if (isSelect && caller.hasDisconnected()) {
      reason ??= new StatementStoppedError('The client disconnected while its statement ran.');
    }
    if (reason) stopping = stopping.then(stop).catch(() => undefined);
  }, checkIntervalMs);
  return {
    async end() {
      clearInterval(timer);
      await stopping;
      return reason;
    },
  };
}
