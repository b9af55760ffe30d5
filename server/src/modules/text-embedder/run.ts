import { mapInOrder } from '../../models/map-in-order.js';
import { openModel } from '../../models/open-model.js';
import { RefusedTextError } from '../../models/refused-text.js';
import type { Models } from '../../module-contract/model-interfaces.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { writeNpy } from '../../formats/npy/write.js';
import { createProgressReporter } from '../progress-reporter.js';
import { RefusalTracker } from '../refusal-tracker.js';
import { readItems, type Item } from '../../formats/read-items.js';
import { writeSnippets } from '../../formats/snippets-file.js';

/** The number of texts per model call. An endpoint usually receives them in one request. */
const batchSize = 32;

/** Embeds the text of each item. The output has one row for each item that the model accepts, in order. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('embeddings', context);
  const items = await readItems(input, context);
  const reportProgress = createProgressReporter(context, items.length);
  // even a matrix without rows needs the right number of columns, so take the number from the vector of a sample text
  const columnCountIfEmpty = items.length > 0 ? 0 : ((await model.embed(['.']))[0]?.length ?? 0);
  const blankCount = items.filter(({ text }) => text.trim() === '').length;
  if (blankCount > 0) {
    const message = `${blankCount} of ${items.length} items have no text. Their vectors have no meaning.`;
    context.warn({ code: 'blank-text', message });
  }
  const refusals = new RefusalTracker(context.warn);
  const batches = mapInOrder(splitIntoBatches(items), model.concurrency ?? 1, (batch) =>
    embedBatch(model, batch, refusals),
  );
  const refusedItems = new Set<Item>();
  let doneCount = 0;
  const { path, rows } = await writeNpy(context, { columns: columnCountIfEmpty }, async (npy) => {
    for await (const vectors of batches) {
      for (const vector of vectors) {
        const item = items[doneCount];
        doneCount += 1;
        if (vector) await npy.add(vector);
        else if (item) refusedItems.add(item);
      }
      const pause = reportProgress(doneCount);
      if (pause) await pause;
    }
    refusals.assertNotAllRefused();
  });
  return {
    path,
    facts: { num_vectors: rows },
    snippetsPath: await writeSnippets(context, removeRefused(items, refusedItems)),
  };
}

interface Batch {
  /** The index of the batch's first item in the list of all items. */
  readonly start: number;
  readonly texts: readonly string[];
}

/** Embeds a batch in one call. If the model refuses it, embeds each text separately, and returns `undefined` for each refused text. */
async function embedBatch(
  model: Models['embeddings'],
  { start, texts }: Batch,
  refusals: RefusalTracker,
): Promise<readonly (Float32Array | undefined)[]> {
  try {
    const vectors = await model.embed(texts);
    refusals.recordAcceptance();
    return vectors;
  } catch (error) {
    if (!(error instanceof RefusedTextError)) throw error;
  }
  const vectors: (Float32Array | undefined)[] = [];
  for (const [i, text] of texts.entries()) {
    // leave the item out, because a row of zeros would look like a valid vector
    const consequence = `Item [${start + i}] was left out, so the rows of later items move up.`;
    vectors.push(await refusals.attempt(consequence, async () => (await model.embed([text]))[0]));
  }
  return vectors;
}

/** Removes the refused items. Items without line numbers keep their original 1-based positions as line numbers. */
function removeRefused(items: readonly Item[], refusedItems: ReadonlySet<Item>): readonly Item[] {
  if (refusedItems.size === 0) return items;
  return items.flatMap((item, i) =>
    refusedItems.has(item) ? [] : { ...item, lineNumbers: item.lineNumbers ?? [i + 1] },
  );
}

function* splitIntoBatches(items: readonly Item[]): Generator<Batch> {
  for (let start = 0; start < items.length; start += batchSize) {
    yield { start, texts: items.slice(start, start + batchSize).map(({ text }) => text) };
  }
}
