import { readOcrOptions } from '../../convert/ocr/ocr-options.js';
import { readTextInput } from '../../convert/read-text-input.js';
import { mapInOrder } from '../../models/map-in-order.js';
import { openModel } from '../../models/open-model.js';
import { checkItemCount } from '../../formats/output-limits.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { TextOutput } from '../../formats/text-output.js';
import { createProgressReporter } from '../progress-reporter.js';
import { RefusalTracker } from '../refusal-tracker.js';
import { splitIntoBlocks, wrap } from './blocks.js';

/** Summarizes each block of two paragraphs, and separates the summaries with blank lines. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('summarize', context);
  const blocks = splitIntoBlocks(await readTextInput(input, context, readOcrOptions(context.params)));
  checkItemCount(blocks.length, context.limits.maxItems, 'summaries');
  const reportProgress = createProgressReporter(context, blocks.length);
  const refusals = new RefusalTracker(context.warn);
  const summaries = mapInOrder(blocks.entries(), model.concurrency ?? 1, ([index, block]) =>
    refusals.attempt(`The summary of block ${index + 1} of ${blocks.length} was left out.`, () =>
      model.summarize(block),
    ),
  );
  let lineCount = 0;
  let doneCount = 0;
  const path = await TextOutput.write('output.txt', context, async (file) => {
    for await (const unwrapped of summaries) {
      const summary = wrap(unwrapped ?? '');
      if (summary !== '') {
        const flushing = file.write(lineCount === 0 ? summary : `\n\n${summary}`);
        if (flushing) await flushing;
        lineCount += summary.split('\n').length + (lineCount === 0 ? 0 : 1);
      }
      doneCount += 1;
      const pause = reportProgress(doneCount);
      if (pause) await pause;
    }
    refusals.assertNotAllRefused();
  });
  context.progress(blocks.length, blocks.length);
  return { path, facts: { num_lines: lineCount } };
}
