import { ChainError } from '../errors/validation-error.js';
import { catalogue, findModule } from '../shared/modules/catalogue.js';
import { findChainProblem, maxChainLength } from '../shared/modules/chain-rules.js';
import { findNearestName } from '../shared/rules/nearest-name.js';
import { formatValue } from '../shared/rules/format-value.js';

const builtInNames = catalogue.map((module) => module.name);
const customNamePattern = /^[a-z0-9][a-z0-9._:-]{0,63}$/i;

/**
 * Checks a chain without contacting a server. Assumes that an unknown name belongs to a custom module, unless the name is malformed or
 * looks like a misspelled built-in name. {@link checkChainAgainst} checks custom modules.
 *
 * @throws `ChainError` if the chain is invalid.
 */
export function checkChain(chain: unknown): asserts chain is readonly string[] {
  if (!Array.isArray(chain)) {
    throw new ChainError(`Expected a module chain to be an array of module names, got ${formatValue(chain)}`, -1);
  }
  if (chain.length === 0 || chain.length > maxChainLength)
    throwIfInvalid(findChainProblem(chain as string[], findModule));
  for (const [position, name] of chain.entries()) {
    const message = findNameProblem(name);
    if (message !== undefined) throw new ChainError(message, position);
  }
  for (const [start, sequence] of findBuiltInSequences(chain as string[])) {
    throwIfInvalid(findChainProblem(sequence, findModule), start);
  }
}

/**
 * Checks a chain against a server's modules.
 *
 * @param find Finds one of the server's modules by name.
 * @param moduleNames The names of all the server's modules, for the error message.
 * @throws `ChainError` if the chain is invalid.
 */
export function checkChainAgainst(
  chain: readonly string[],
  find: typeof findModule,
  moduleNames: readonly string[],
): void {
  const problem = findChainProblem(chain, find);
  const name = problem && chain[problem.position];
  const isUnknown = name !== undefined && find(name) === undefined;
  if (problem && isUnknown)
    throw new ChainError(`${problem.message}; this server has ${moduleNames.join(', ')}`, problem.position);
  throwIfInvalid(problem);
}

/** Returns whether every module in a chain is built in. */
export function hasOnlyBuiltInModules(chain: readonly string[]): boolean {
  return chain.every((name) => findModule(name) !== undefined);
}

function throwIfInvalid(problem: ReturnType<typeof findChainProblem>, startPosition = 0): void {
  if (problem) throw new ChainError(problem.message, problem.position < 0 ? -1 : problem.position + startPosition);
}

/**
 * Returns an error message if a module name is malformed or looks like a misspelled built-in name. A name with a digit, such as `parser2`,
 * is not treated as misspelled, because the digit is probably a custom module's version.
 */
function findNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `Expected a module name to be a string, got ${formatValue(name)}`;
  if (findModule(name)) return undefined;
  if (!customNamePattern.test(name))
    return `there is no module ${formatValue(name)}; the built-in modules are ${builtInNames.join(', ')}`;
  const suggestion = /\d/.test(name) ? undefined : findNearestName(name, builtInNames);
  if (suggestion === undefined) return undefined;
  return `there is no module '${name}'; did you mean '${suggestion}'? A custom module needs a less similar name`;
}

/** Returns each sequence of consecutive built-in modules in a chain, with its start position. */
function findBuiltInSequences(chain: readonly string[]): [start: number, sequence: string[]][] {
  const sequences: [number, string[]][] = [];
  let current: string[] | undefined;
  for (const [position, name] of chain.entries()) {
    if (!findModule(name)) {
      current = undefined;
    } else if (current) {
      current.push(name);
    } else {
      current = [name];
      sequences.push([position, current]);
    }
  }
  return sequences;
}
