import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  isOpen: boolean;
}

/**
 * Detects calls that bypass the current transaction. On the embedded database, such a call would wait for the transaction's
 * connection and cause a deadlock.
 */
export class TransactionGuard {
  readonly #scopes = new AsyncLocalStorage<Scope>();

  /** Throws if called inside the `work` callback of a transaction that is still open. */
  assertOutside(method: string): void {
    if (this.#scopes.getStore()?.isOpen !== true) return;
    throw new Error(
      `Expected db.${method}() not to be called inside db.tx(). Use the transaction passed to the callback, ` +
        `or call db.${method}() after the transaction.`,
    );
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope: Scope = { isOpen: true };
    try {
      return await this.#scopes.run(scope, work);
    } finally {
      // anything that `work` leaves running, such as a timer, is no longer inside the transaction
      scope.isOpen = false;
    }
  }
}
