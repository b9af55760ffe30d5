import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { TextOutput } from '../../formats/text-output.js';
import { createProgressReporter } from '../progress-reporter.js';
import { readItems } from '../../formats/read-items.js';

/** Writes the texts of all items to a text file, separated by line feeds. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const items = await readItems(input, context);
  const reportProgress = createProgressReporter(context, items.length);
  const path = await TextOutput.write('output.txt', context, async (file) => {
    for (const [index, { text }] of items.entries()) {
      const flushing = file.write(index === 0 ? text : `\n${text}`);
      if (flushing) await flushing;
      const pause = reportProgress(index + 1);
      if (pause) await pause;
    }
  });
  context.progress(items.length, items.length);
  return { path, facts: { num_lines: items.length } };
}
