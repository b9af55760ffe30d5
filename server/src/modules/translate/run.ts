import { openModel } from '../../models/open-model.js';
import { mapItems } from '../map-items.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';

/** Translates each text; the lines that it came from are not the translation's, so they are left out. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('translate', context);
  return mapItems(input, context, async (text) => {
    const [translation = ''] = await model.translate([text]);
    return { snippet: onOneLine(translation) };
  });
}

/** Line ends come back as spaces in the recordings. */
function onOneLine(text: string): string {
  return text.trim().replaceAll(/\s*[\n\r]+\s*/g, ' ');
}
