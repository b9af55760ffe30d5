import { openModel } from '../../models/open-model.js';
import { mapItems } from '../map-items.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';

/** Translates each text. The output omits line numbers, because those of the original text do not apply to a translation. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('translate', context);
  return mapItems(input, context, {
    concurrency: model.concurrency,
    // keep an item for a refused text, so that each translation has the same position as its original text
    itemIfRefused: { snippet: '' },
    async work(text) {
      const [translation = ''] = await model.translate([text]);
      return { snippet: joinLines(translation) };
    },
  });
}

/** Trims a text and joins its lines with single spaces, as the hosted service does. */
function joinLines(text: string): string {
  return text.trim().replaceAll(/\s*[\n\r]+\s*/g, ' ');
}
