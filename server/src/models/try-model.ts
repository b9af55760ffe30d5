import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../module-contract/module.js';
import { getTask } from './known-models.js';
import type { ModelTask } from '../module-contract/model-interfaces.js';
import { openModel } from './open-model.js';
import { sampleRate } from './split-audio.js';

/** A gray square of 8 × 8 pixels, as a base64-encoded PNG. */
const pngBase64 = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAADklEQVR4nGNogAIGyhgAgIQgAQ2AJGEAAAAASUVORK5CYII=';

/** Functions that run a model on a small input, by task. */
const trials: Readonly<Record<ModelTask, (context: ModuleContext) => Promise<unknown>>> = {
  embeddings: async (context) => (await openModel('embeddings', context)).embed(['The wheel turns.']),
  sentiment: async (context) => (await openModel('sentiment', context)).classify(['The wheel turns.']),
  summarize: async (context) => (await openModel('summarize', context)).summarize('The mill stands. The wheel turns.'),
  translate: async (context) => (await openModel('translate', context)).translate(['The wheel turns.']),
  extract: async (context) =>
    (await openModel('extract', context)).respond({
      instruction: 'Reply with the JSON object {"wheel": "turns"} and nothing else.',
      text: 'The wheel turns.',
      schema: {
        type: 'object',
        properties: { wheel: { type: 'string' } },
        required: ['wheel'],
        additionalProperties: false,
      },
      usesCache: false,
    }),
  classify: async (context) =>
    (await openModel('classify', context)).classify(
      'The wheel turns.',
      [
        { name: 'moving', description: '' },
        { name: 'standing', description: '' },
      ],
      { allowsSeveral: false, instructions: '', usesCache: false },
    ),
  transcribe: async (context) => (await openModel('transcribe', context)).transcribe(new Float32Array(sampleRate)),
  caption: async (context) => {
    const path = join(context.scratch, 'picture.png');
    await writeFile(path, Buffer.from(pngBase64, 'base64'));
    return (await openModel('caption', context)).caption(path);
  },
};

/** Runs a module's model on a small input. `tryModel` runs this file as a module in a child process. */
export async function run(_input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const module = context.models?.settings.module ?? '';
  const task = getTask(module);
  if (!task) throw new ModuleError(`Expected a module that uses models, got '${module}'.`);
  await trials[task](context);
  const path = join(context.scratch, 'output');
  await writeFile(path, '');
  return { path, facts: {} };
}
