import { ModuleError } from '../module-contract/module.js';

export type Countable = 'snippets' | 'rows' | 'items' | 'vectors' | 'summaries';

/**
 * Holds a module to the number of snippets or rows that it may put out.
 *
 * @throws `ModuleError` as soon as there are more.
 */
export function checkItemCount(count: number, maxItems: number, what: Countable): void {
  if (count <= maxItems) return;
  throw new ModuleError(
    `Expected the file to give at most ${maxItems} ${what}, got more. Send a smaller file, or raise the server's limit.`,
  );
}
