import type { ModuleDefinition } from './catalogue.js';

/** The most modules that one chain may have. */
export const maxChainLength = 10;

export interface ChainFault {
  /** 0-based position of the module that does not fit; `-1` when the chain as a whole is at fault. */
  readonly position: number;
  readonly message: string;
}

/**
 * Says what is wrong with a chain, or nothing when it is valid.
 *
 * @param find Looks a module up by name: the built-in catalogue's, or a server's own with more modules in it.
 */
export function findChainFault(
  chain: readonly string[],
  find: (name: string) => ModuleDefinition | undefined,
): ChainFault | undefined {
  if (chain.length === 0) return { position: -1, message: 'a chain needs at least one module' };
  if (chain.length > maxChainLength) {
    return { position: maxChainLength, message: `a chain has at most ${maxChainLength} modules, got ${chain.length}` };
  }
  for (const [position, name] of chain.entries()) {
    const module = find(name);
    if (!module) return { position, message: `there is no module '${name}'` };
    const before = position > 0 ? find(chain[position - 1] as string) : undefined;
    if (before && before.output !== module.input) {
      return { position, message: `'${before.name}' outputs ${before.output}, but '${name}' takes ${module.input}` };
    }
  }
  return undefined;
}
