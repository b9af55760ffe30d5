import { openModel } from '../../models/open-model.js';
import { mapItems } from '../map-items.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';

/** Translates each text. The output has no line numbers, because they would not match the translation. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('translate', context);
  return mapItems(input, context, {
    concurrency: model.concurrency,
    // output an empty item, because translations are matched to texts by position
    itemIfRefused: { snippet: '' },
    async work(text) {
      const [translation = ''] = await model.translate([text]);
      return { snippet: replaceLineBreaks(translation) };
    },
  });
}

/** Replaces line breaks with spaces, as the hosted service does. */
function replaceLineBreaks(text: string): string {
  return text.trim().replaceAll(/\s*[\n\r]+\s*/g, ' ');
}
