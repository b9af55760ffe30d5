import { writeJsonList } from '../formats/json-output.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../module-contract/module.js';
import type { PythonValue } from '../formats/python-json.js';
import { readItems } from '../formats/read-items.js';
import { createPace } from './pace.js';

/** Maps each text in a JSON input to an output item, in order, and reports progress. */
export async function mapItems(
  input: ModuleInput,
  context: ModuleContext,
  work: (text: string) => Promise<PythonValue>,
): Promise<ModuleOutput> {
  const items = await readItems(input, context);
  const pace = createPace(context, items.length);
  const { path, count } = await writeJsonList(context, { what: 'items' }, async (list) => {
    for (const { text } of items) {
      const flushing = list.add(await work(text));
      if (flushing) await flushing;
      const pause = pace(list.count);
      if (pause) await pause;
    }
  });
  context.progress(count, count);
  return { path, facts: { num_lines: count } };
}
