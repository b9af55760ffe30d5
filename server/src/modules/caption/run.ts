import { checkImage } from '../../convert/check-image.js';
import { openModel } from '../../models/open-model.js';
import { writeJsonList } from '../../formats/json-output.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';

/** Describes an image in one sentence. The output has one item. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('caption', context);
  await checkImage(input.path, context.limits);
  context.progress(0, 1);
  const caption = await model.caption(input.path);
  context.signal.throwIfAborted();
  const { path } = await writeJsonList(context, { what: 'items' }, async (list) => {
    await list.add({ caption });
  });
  context.progress(1, 1);
  return { path, facts: { num_lines: 1 } };
}
