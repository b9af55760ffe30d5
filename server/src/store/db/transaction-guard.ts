import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  open: boolean;
}

/**
 * Detects calls that bypass the current transaction. They would wait for the transaction's connection, causing a deadlock on the
 * embedded database.
 */
export class TransactionGuard {
  readonly #scopes = new AsyncLocalStorage<Scope>();

  /** @throws If called inside the `work` callback of a transaction that is still open. */
  refuseInside(method: string): void {
    if (this.#scopes.getStore()?.open !== true) return;
    throw new Error(
      `Expected db.${method}() not to be called inside db.tx(). Use the transaction passed to the callback, ` +
        `or call it after the transaction.`,
    );
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope: Scope = { open: true };
    try {
      return await this.#scopes.run(scope, work);
    } finally {
      // anything that `work` leaves running, such as a timer, is no longer inside the transaction
      scope.open = false;
    }
  }
}
