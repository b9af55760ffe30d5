import { readOcrOptions } from '../../convert/ocr/ocr-options.js';
import { readTextInput } from '../../convert/read-text-input.js';
import { openModel } from '../../models/open-model.js';
import { checkItemCount } from '../../formats/output-limits.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { OutputFile } from '../../formats/output-file.js';
import { createPace } from '../pace.js';
import { blocksOf, wrap } from './blocks.js';

/** Summarises each block of two paragraphs. The summaries are separated by blank lines. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('summarize', context);
  const blocks = blocksOf(await readTextInput(input, context, readOcrOptions(context.params)));
  checkItemCount(blocks.length, context.limits.maxItems, 'summaries');
  const pace = createPace(context, blocks.length);
  let lines = 0;
  const path = await OutputFile.write('output.txt', context, async (file) => {
    for (const [index, block] of blocks.entries()) {
      const summary = wrap(await model.summarize(block));
      if (summary !== '') {
        const flushing = file.write(lines === 0 ? summary : `\n\n${summary}`);
        if (flushing) await flushing;
        lines += summary.split('\n').length + (lines === 0 ? 0 : 1);
      }
      const pause = pace(index + 1);
      if (pause) await pause;
    }
  });
  context.progress(blocks.length, blocks.length);
  return { path, facts: { num_lines: lines } };
}
