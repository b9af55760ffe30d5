import type { ModuleDefinition } from './module-definition.js';
import type { DataFormat } from './module.js';

/** The maximum number of modules in a chain. */
export const maxChainLength = 10;

interface ChainProblem {
  /** The 0-based position of the first module that is not allowed; `-1` if the chain is empty. */
  readonly position: number;
  readonly message: string;
}

export function acceptsFormat({ input, alsoTakes = [] }: ModuleDefinition, format: DataFormat): boolean {
  return input === format || alsoTakes.includes(format);
}

/**
 * Returns the first problem with a chain, or `undefined` if the chain is valid. Checks the length, then each module in order.
 *
 * @param find Looks up a built-in or custom module by name.
 */
export function findChainProblem(
  chain: readonly string[],
  find: (name: string) => ModuleDefinition | undefined,
): ChainProblem | undefined {
  if (chain.length === 0) return { position: -1, message: 'a chain needs at least one module' };
  if (chain.length > maxChainLength) {
    return {
      position: maxChainLength,
      message: `a chain can have at most ${maxChainLength} modules, got ${chain.length}`,
    };
  }
  for (const [position, name] of chain.entries()) {
    const module = find(name);
    if (!module) return { position, message: `there is no module '${name}'` };
    const previous = position > 0 ? find(chain[position - 1] as string) : undefined;
    if (previous?.isLast)
      return { position, message: `'${previous.name}' must be the last module, but '${name}' follows` };
    if (previous && !acceptsFormat(module, previous.output)) {
      const formats = [module.input, ...(module.alsoTakes ?? [])].join(' or ');
      return { position, message: `'${previous.name}' outputs ${previous.output}, but '${name}' takes ${formats}` };
    }
  }
  return undefined;
}
