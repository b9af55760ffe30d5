declare global {
  // older type libraries do not declare `asyncDispose`; if it is already declared, the compiler merges the two declarations
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** `Symbol.asyncDispose`, or the same symbol from Node's registry in a realm without it, such as Jest's on Node 20. */
export const asyncDispose: typeof Symbol.asyncDispose =
  (Symbol as { readonly asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('nodejs.asyncDispose') as typeof Symbol.asyncDispose);
