import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatValue } from 'millrace/shared/rules/format-value.js';
import { encodePageJpeg } from '../../convert/image/decode-image.js';
import { openImage } from '../../convert/image/image-file.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';

/** Converts a page of an image to JPEG for `GET /v1/files/:id/input/picture`. Chains cannot contain this module. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const image = await openImage(input.path, context);
  const { page = 1 } = context.params;
  if (typeof page !== 'number' || page < 1 || page > image.pageCount) {
    throw new ModuleError(`Expected a page from 1 to ${image.pageCount}, got ${formatValue(page)}.`);
  }
  const path = join(context.scratch, 'picture.jpg');
  await writeFile(path, await encodePageJpeg(image, page - 1, context.limits));
  return { path, facts: { pages: image.pageCount } };
}
