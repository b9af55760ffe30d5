import { openModel } from '../../models/open-model.js';
import type { ModuleContext, ModuleInput, ModuleOutput } from '../../module-contract/module.js';
import { writeNpy } from '../../formats/npy/write.js';
import { createPace } from '../pace.js';
import { readItems } from '../../formats/read-items.js';
import { writeSnippets } from '../../formats/snippets-file.js';

/** Number of texts embedded per call. If the model is an endpoint, each call is one request. */
const batchSize = 32;

/** Embeds each item's text. The output has one row per item, in order. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const model = await openModel('embeddings', context);
  const items = await readItems(input, context);
  const pace = createPace(context, items.length);
  // even an empty matrix has as many columns as the model's vectors have dimensions
  const columns = items.length > 0 ? 0 : ((await model.embed(['.']))[0]?.length ?? 0);
  const { path, rows } = await writeNpy(context, { columns }, async (npy) => {
    for (let at = 0; at < items.length; at += batchSize) {
      const texts = items.slice(at, at + batchSize).map(({ text }) => text);
      for (const vector of await model.embed(texts)) await npy.add(vector);
      const pause = pace(at + texts.length);
      if (pause) await pause;
    }
  });
  return { path, facts: { num_vectors: rows }, snippetsPath: await writeSnippets(context, items) };
}
