import { writeJsonArray } from '../formats/json-output.js';
import { mapInOrder } from '../models/map-in-order.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../module-contract/module.js';
import type { PythonValue } from '../formats/python-json.js';
import { readItems } from '../formats/read-items.js';
import { createProgressReporter } from './progress-reporter.js';
import { RefusalTracker } from './refusal-tracker.js';

interface MapItemsOptions {
  /** The maximum number of concurrent calls to `work`. @default 1 */
  readonly concurrency: number | undefined;
  /** The output item for a text that the model refuses. If omitted, the output has no item for the text. */
  readonly itemIfRefused?: PythonValue;
  /** Maps a text to an output item. */
  readonly work: (text: string) => Promise<PythonValue>;
}

/** Maps the texts of a JSON input to output items, and writes the items as a JSON array in the same order. */
export async function mapItems(
  input: ModuleInput,
  context: ModuleContext,
  { concurrency = 1, itemIfRefused, work }: MapItemsOptions,
): Promise<ModuleOutput> {
  const items = await readItems(input, context);
  const reportProgress = createProgressReporter(context, items.length);
  const refusals = new RefusalTracker(context.warn);
  const consequence = itemIfRefused === undefined ? 'was left out' : 'is empty in the output';
  const results = mapInOrder(items.entries(), concurrency, async ([index, { text }]) => {
    if (text.trim() === '') return work(text);
    return (await refusals.attempt(`Item [${index}] ${consequence}.`, () => work(text))) ?? itemIfRefused;
  });
  let doneCount = 0;
  const { path, count } = await writeJsonArray(context, { itemName: 'items' }, async (writer) => {
    for await (const result of results) {
      const flushing = result === undefined ? undefined : writer.add(result);
      if (flushing) await flushing;
      doneCount += 1;
      const pause = reportProgress(doneCount);
      if (pause) await pause;
    }
    refusals.assertNotAllRefused();
  });
  context.progress(doneCount, doneCount);
  return { path, facts: { num_lines: count } };
}
