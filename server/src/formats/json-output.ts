import type { ModuleContext } from '../module-contract/module.js';
import { TextOutput } from './text-output.js';
import { checkItemCount } from './output-limits.js';
import { formatLineBreak, toPythonJson, type PythonValue } from './python-json.js';

/** Writes a JSON array item by item. */
interface JsonArrayWriter {
  /** Number of items added so far. */
  readonly count: number;
  /** Adds an item. Returns a promise if the caller must wait for a write, and `undefined` otherwise. */
  add(item: PythonValue): Promise<void> | undefined;
}

/**
 * Writes a module's output as a JSON array, in the format of Python's `json.dump`, without keeping the array in memory.
 *
 * @returns The path of `output.json` in the scratch directory, and the number of items.
 * @throws `ModuleError` if the number of items or bytes exceeds the limits.
 */
export async function writeJsonArray(
  context: Pick<ModuleContext, 'scratch' | 'limits'>,
  options: { itemName: 'snippets' | 'items'; indent?: number },
  work: (writer: JsonArrayWriter) => Promise<void>,
): Promise<{ path: string; count: number }> {
  const { itemName, indent } = options;
  const lineBreak = indent === undefined ? '' : formatLineBreak(indent, 1);
  const separator = indent === undefined ? ', ' : `,${lineBreak}`;
  let count = 0;
  const path = await TextOutput.write('output.json', context, async (file) => {
    await file.write('[');
    await work({
      get count() {
        return count;
      },
      add: (item) => {
        checkItemCount(count + 1, context.limits.maxItems, itemName);
        return file.write(`${count++ === 0 ? lineBreak : separator}${toPythonJson(item, indent, 1)}`);
      },
    });
    await file.write(count === 0 || indent === undefined ? ']' : `${formatLineBreak(indent, 0)}]`);
  });
  return { path, count };
}
