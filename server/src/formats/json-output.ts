import { checkItemCount } from './item-count.js';
import type { ModuleContext } from '../module-contract/module.js';
import { OutputFile } from './output-file.js';
import { newline, toPythonJson, type PythonValue } from './python-json.js';

/** A list of items on its way into a JSON file, one at a time. */
export interface JsonList {
  readonly count: number;
  /** Resolves when there is room for more; `undefined` when there is already. */
  add(item: PythonValue): Promise<void> | undefined;
}

/**
 * Writes a module's JSON output, a list, as Python's `json.dump` would, without holding it in memory.
 *
 * @returns The file's path in the scratch directory, and how many items it has.
 * @throws `ModuleError` when there are more items, or more bytes, than the limits allow.
 */
export async function writeJsonList(
  context: Pick<ModuleContext, 'scratch' | 'limits'>,
  options: { what: 'snippets' | 'items'; indent?: number },
  work: (list: JsonList) => Promise<void>,
): Promise<{ path: string; count: number }> {
  const { what, indent } = options;
  const before = indent === undefined ? '' : newline(indent, 1);
  const between = indent === undefined ? ', ' : `,${before}`;
  let count = 0;
  const path = await OutputFile.write('output.json', context, async (file) => {
    await file.write('[');
    await work({
      get count() {
        return count;
      },
      add: (item) => {
        checkItemCount(count + 1, context.limits.maxItems, what);
        return file.write(`${count++ === 0 ? before : between}${toPythonJson(item, indent, 1)}`);
      },
    });
    await file.write(count === 0 || indent === undefined ? ']' : `${newline(indent, 0)}]`);
  });
  return { path, count };
}
