declare global {
  // older type libraries do not declare `asyncDispose`; if it is already declared, the compiler merges the two declarations
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.asyncDispose`, or, in a realm without it such as Jest's on Node 20, the same symbol from the global symbol registry. */
export const asyncDispose: typeof Symbol.asyncDispose =
  (Symbol as { readonly asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('nodejs.asyncDispose') as typeof Symbol.asyncDispose);
