import { prepareForModel } from '../../convert/image/decode-image.js';
import { openImage } from '../../convert/image/image-file.js';
import { openModel } from '../../models/open-model.js';
import { writeJsonArray } from '../../formats/json-output.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';

/** Captions an image. The output has one item per page. Only a TIFF can have more than one page. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('caption', context);
  const image = await openImage(input.path, context);
  const { path, count } = await writeJsonArray(context, { itemName: 'items' }, async (writer) => {
    for (let page = 0; page < image.pageCount; page++) {
      context.progress(page, image.pageCount);
      const caption = await model.caption(await prepareForModel(image, page, context));
      context.signal.throwIfAborted();
      await writer.add({ caption });
    }
  });
  context.progress(image.pageCount, image.pageCount);
  return { path, facts: { num_lines: count } };
}
