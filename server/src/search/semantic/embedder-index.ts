/**
 * The place in a chain, from 0, of the module whose vectors are searched: the `text-embedder` before a `vector-db` at the end.
 *
 * @returns Nothing for a chain that cannot be searched by meaning.
 */
export function embedderIndex(chain: readonly string[]): number | undefined {
  return chain.at(-1) === 'vector-db' && chain.at(-2) === 'text-embedder' ? chain.length - 2 : undefined;
}
