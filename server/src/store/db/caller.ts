import { AsyncLocalStorage } from 'node:async_hooks';

/** The request for which statements run. Statements without a caller, such as a worker's, have no limits. */
export interface Caller {
  readonly account: string;
  /** The id of the API key. */
  readonly key: string;
  readonly keyName: string;
  /** The client's IP address. */
  readonly address: string | null;
  /** Maximum duration of one statement or transaction, in milliseconds. The embedded database cannot enforce it. */
  readonly statementMs: number;
  /** Whether the client has disconnected. */
  isGone(): boolean;
}

/** Thrown when a statement was stopped, because its client is gone or because it took too long. */
export class StatementStoppedError extends Error {
  override readonly name = 'StatementStoppedError';
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs work whose statements are limited to the caller's share of the database. */
export function runForCaller<T>(caller: Caller, work: () => T): T {
  return callers.run(caller, work);
}

/** Runs work to its end even if the client disconnects, and without limits. */
export function runForNobody<T>(work: () => T): T {
  return callers.exit(work);
}

/** Returns the key and the address of the request for which this code runs, or `undefined` outside a request. */
export function callerOrigin(): Pick<Caller, 'key' | 'keyName' | 'address'> | undefined {
  return callers.getStore();
}

/** Returns the id of the API key for whose request this code runs. */
export function callerKey(): string | null {
  return callers.getStore()?.key ?? null;
}

/** Returns the account whose work waits for the database, and whether its client has disconnected. */
export function waitingCaller(): { readonly account: string; isGone(): boolean } {
  return callers.getStore() ?? { account: '', isGone: () => false };
}

/** Returns the error for a statement whose client has disconnected. */
export function clientGone(): StatementStoppedError {
  return new StatementStoppedError('The client disconnected before its statement ran.');
}

/**
 * Limits how many statements of one account run at once, so that other accounts always find a connection. Within an account,
 * statements run in the order of their calls.
 */
export class Turns {
  readonly #perAccount: number;
  readonly #accounts = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(perAccount: number) {
    this.#perAccount = perAccount;
  }

  /** Runs work when it is the caller's turn. @throws `StatementStoppedError` if the client disconnects before that. */
  async take<T>(work: (caller: Caller | undefined) => Promise<T>): Promise<T> {
    const caller = callers.getStore();
    if (!caller) return work(undefined);
    const account = this.#accounts.get(caller.account) ?? { running: 0, waiting: [] };
    this.#accounts.set(caller.account, account);
    if (account.running >= this.#perAccount) await new Promise<void>((resolve) => account.waiting.push(resolve));
    else account.running += 1;
    try {
      if (caller.isGone()) throw clientGone();
      return await work(caller);
    } finally {
      const next = account.waiting.shift();
      if (next) next();
      else if (--account.running === 0) this.#accounts.delete(caller.account);
    }
  }
}

/** How often a running statement is checked, in milliseconds. */
const checkMs = 1000;

/**
 * Stops a statement that runs too long, or whose client has disconnected.
 *
 * @param isSelect Whether the statement only reads. If so, it is also stopped if the client has disconnected.
 * @param stop Called every second until `end` is called, once the statement must stop.
 */
export function watchStatement(
  caller: Caller,
  isSelect: boolean,
  stop: () => Promise<void>,
): { end(): Promise<StatementStoppedError | undefined> } {
  const started = performance.now();
  let reason: StatementStoppedError | undefined;
  let stopping: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (performance.now() - started > caller.statementMs) {
      reason ??= new StatementStoppedError(
        `This request took the database more than ${caller.statementMs / 1000} s. Ask for less at once.`,
      );
    } else if (isSelect && caller.isGone()) {
      reason ??= new StatementStoppedError('The client disconnected while its statement ran.');
    }
    if (reason) stopping = stopping.then(stop).catch(() => undefined);
  }, checkMs);
  return {
    async end() {
      clearInterval(timer);
      await stopping;
      return reason;
    },
  };
}
