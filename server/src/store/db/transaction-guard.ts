import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  open: boolean;
}

/**
 * Detects calls from inside a transaction. A statement sent to the database itself would wait for the connection that the
 * transaction holds; on the embedded database that is a deadlock.
 */
export class TransactionGuard {
  readonly #scopes = new AsyncLocalStorage<Scope>();

  /** @throws When called from inside the `work` of a transaction that is still open. */
  refuseInside(method: string): void {
    if (this.#scopes.getStore()?.open !== true) return;
    throw new Error(
      `Expected db.${method}() not to be called inside db.tx(). Use the transaction that the callback was given, ` +
        `or call it after the transaction.`,
    );
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope: Scope = { open: true };
    try {
      return await this.#scopes.run(scope, work);
    } finally {
      // what the work started and left running, such as a timer, is no longer inside
      scope.open = false;
    }
  }
}
