import { ModuleError } from '../module-contract/module.js';

type ItemName = 'snippets' | 'rows' | 'items' | 'vectors' | 'summaries';

/**
 * Checks the number of items that a module reads or produces against the limit.
 *
 * @throws `ModuleError` if the number exceeds the limit.
 */
export function checkItemCount(count: number, maxItems: number, itemName: ItemName): void {
  if (count <= maxItems) return;
  throw new ModuleError(
    `Expected the file to produce at most ${maxItems} ${itemName}, got more. Send a smaller file, or raise the server's limit (maxItems).`,
  );
}

export function createOutputTooLargeError(maxBytes: number): ModuleError {
  return new ModuleError(
    `Expected the output to have at most ${maxBytes} bytes, got more. Send a smaller file, or raise the server's limit (maxOutputBytes).`,
  );
}
