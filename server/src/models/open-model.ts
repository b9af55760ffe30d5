import { ModelAccess } from '../module-contract/model-access.js';
import { ModuleError, type ModuleContext } from '../module-contract/module.js';
import { loadBuiltinModel } from './builtin-models.js';
import { chooseRoute, type RouteChoice } from './choose-route.js';
import type { Models, ModelTask } from '../module-contract/model-interfaces.js';

/**
 * Opens a model. Modules must use this function to get a model.
 *
 * ```ts
 * // server/src/modules/translate/run.ts
 * const model = await openModel('translate', context);
 * for (const item of items) { const [text] = await model.translate([item.text]); … }
 * ```
 *
 * - The context contains the model's name (`context.model`), the module's access to models (`context.models`) and the signal that
 *   aborts downloads and requests (`context.signal`).
 * - `chooseRoute` decides where the model runs. The module's code is the same for every route.
 * - If the model cannot run, a `ModuleError` explains what to do. Do not catch this error. Open the model before reading the input, so
 *   that the module fails early.
 * - The model is recorded automatically in `context.models.usedModel`, in the task run, and in the output's metadata (`model` and
 *   `model_route`).
 * - The most recently used local model stays loaded for the next task in the process, so opening the same model for every file is cheap.
 * - The model handles context windows, splitting and ordering, and validates the endpoint's responses (see {@link Models}). The module
 *   handles its output format (rounding, line wrapping, JSON).
 *
 * A built-in model implements the interface of its task in {@link Models}. To add a built-in model, add it to `builtin-models.ts` under
 * a unique name, and to the catalogue with `builtin: true`.
 *
 * @throws `ModuleError` if the model cannot run.
 */
export async function openModel<T extends ModelTask>(
  task: T,
  context: Pick<ModuleContext, 'model' | 'models' | 'params' | 'progress' | 'signal' | 'warn' | 'log'>,
): Promise<Models[T]> {
  const access = context.models ?? new ModelAccess();
  const { settings } = access;
  const choice = await chooseRoute(task, context.model, settings, context.params['quantize']);
  const opened = await openRoute(task, choice, access, context);
  if (choice.route !== null) {
    access.usedModel = {
      name: choice.route === 'endpoint' ? choice.upstreamModel : context.model,
      route: choice.route,
    };
  }
  return opened;
}

async function openRoute<T extends ModelTask>(
  task: T,
  choice: RouteChoice,
  access: ModelAccess,
  context: Pick<ModuleContext, 'model' | 'progress' | 'signal' | 'warn' | 'log'>,
): Promise<Models[T]> {
  const { model: name, signal, progress } = context;
  switch (choice.route) {
    case null:
      throw new ModuleError(choice.reason);
    case 'builtin':
      return loadBuiltinModel(task, name);
    case 'package': {
      const { openSentenceEncoder } = await import('./packages/sentence-encoder.js');
      // the cast is safe, because `chooseRoute` returns this route only for embeddings
      return (await openSentenceEncoder()) as Models[T];
    }
    case 'endpoint': {
      const { openEndpointModel } = await import('./endpoint/open-endpoint-model.js');
      return openEndpointModel(task, name, choice, access, context);
    }
    case 'transformers': {
      const { openLocalModel } = await import('./transformers/open-local-model.js');
      if (choice.mustDownload) {
        progress(0, null, `downloading model ${name}`);
        const { downloadModel } = await import('./download-model.js');
        await downloadModel(access.settings, { task, name, ...choice }, { signal });
      }
      return openLocalModel(task, name, choice);
    }
  }
}
