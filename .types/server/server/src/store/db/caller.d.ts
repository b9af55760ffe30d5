/** The request for which statements run. Statements without a caller, such as a worker's, have no limits. */
export interface Caller {
    readonly account: string;
    /** Maximum duration of one statement or transaction, in milliseconds. The embedded database cannot enforce it. */
    readonly statementMs: number;
    /** Whether the client has disconnected. */
    isGone(): boolean;
}
/** Thrown when a statement was stopped, because its client is gone or because it took too long. */
export declare class StatementStoppedError extends Error {
    readonly name = "StatementStoppedError";
}
/** Runs work whose statements are limited to the caller's share of the database. */
export declare function runForCaller<T>(caller: Caller, work: () => T): T;
/**
 * Limits how many statements of one account run at once, so that the others always find a connection. Within an account,
 * statements run in the order of their calls.
 */
export declare class Turns {
    #private;
    constructor(perAccount: number);
    /** @throws `StatementStoppedError` if the client disconnects before its turn. */
    take<T>(work: (caller: Caller | undefined) => Promise<T>): Promise<T>;
}
/**
 * Stops a statement that runs too long, or whose client is gone.
 *
 * @param stop Called every second from then on, until `end` is called.
 * @param isOneRead Whether the statement may be stopped because nobody reads its result.
 */
export declare function watchStatement(caller: Caller, isOneRead: boolean, stop: () => Promise<void>): {
    end(): Promise<StatementStoppedError | undefined>;
};
