/**
 * Detects calls that bypass the current transaction. They would wait for the transaction's connection, causing a deadlock on the
 * embedded database.
 */
export declare class TransactionGuard {
    #private;
    /** @throws If called inside the `work` callback of a transaction that is still open. */
    refuseInside(method: string): void;
    run<T>(work: () => Promise<T>): Promise<T>;
}
