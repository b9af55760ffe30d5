declare global {
    interface SymbolConstructor {
        readonly asyncDispose: unique symbol;
    }
}
/** The key of the method that `await using` calls. A realm without it, such as jest's on Node 20, gets Node's own symbol. */
export declare const asyncDispose: typeof Symbol.asyncDispose;
