import { findModule } from '../shared/modules/catalogue.js';
/**
 * Checks a chain as far as possible without a server. A module that is not built in may be one of the server's custom
 * modules; {@link checkChainAgainst} checks those once the server's modules are known.
 *
 * @throws `ChainError`
 */
export declare function checkChain(chain: unknown): asserts chain is readonly string[];
/** Checks a chain against all of a server's modules. @throws `ChainError` */
export declare function checkChainAgainst(chain: readonly string[], find: typeof findModule, known: readonly string[]): void;
/** Returns whether every module in a chain is built in. */
export declare function isBuiltIn(chain: readonly string[]): boolean;
