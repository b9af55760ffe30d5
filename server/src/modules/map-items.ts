import { writeJsonList } from '../formats/json-output.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../module-contract/module.js';
import { createPace } from './pace.js';
import type { PythonValue } from '../formats/python-json.js';
import { readItems } from '../formats/read-items.js';

/** Makes one item of each text of a JSON input, in their order, and says after each how far it is. */
export async function mapItems(
  input: ModuleInput,
  context: ModuleContext,
  work: (text: string) => Promise<PythonValue>,
): Promise<ModuleOutput> {
  const items = await readItems(input, context.limits);
  const pace = createPace(context, items.length);
  const { path, count } = await writeJsonList(context, { what: 'items' }, async (list) => {
    for (const { text } of items) {
      const room = list.add(await work(text));
      if (room) await room;
      const pause = pace(list.count);
      if (pause) await pause;
    }
  });
  context.progress(count, count);
  return { path, facts: { num_lines: count } };
}
