declare global {
  // missing in older compilers and libraries; the compiler merges equal declarations
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** The key of the method that `await using` calls. A realm without it, such as jest's on Node 20, gets Node's own symbol. */
export const asyncDispose: typeof Symbol.asyncDispose =
  (Symbol as { readonly asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('nodejs.asyncDispose') as typeof Symbol.asyncDispose);
