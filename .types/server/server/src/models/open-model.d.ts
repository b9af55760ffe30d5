import { type ModuleContext } from '../module-contract/module.js';
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
 * - The context contains the model's name (`context.model`), the module's model settings (`context.models`) and the signal that
 *   aborts downloads and requests (`context.signal`).
 * - `chooseRoute` decides where the model comes from. The module's code is the same for builtin models, endpoints and local
 *   models.
 * - If the model cannot run, a `ModuleError` explains what to do. Do not catch it. Open the model before reading the input so
 *   that the module fails early.
 * - The model that was used is recorded automatically (`context.models.ran`). It is stored in the task run, and in the output's
 *   metadata as `model` and `model_route`.
 * - Local models stay loaded for the next task in the process, so opening one for every file is cheap.
 * - The model handles context windows, splitting and ordering, and validates the endpoint's responses; see `Models` for each
 *   method. The module handles its output format (rounding, line wrapping, JSON).
 *
 * A builtin model is an object with the same interface. To add one, add it to `builtin-models.ts` under a unique name, and to the
 * catalogue with `builtin: true`.
 *
 * @throws `ModuleError` if the model cannot run.
 */
export declare function openModel<T extends ModelTask>(task: T, context: Pick<ModuleContext, 'model' | 'models' | 'params' | 'progress' | 'signal'>): Promise<Models[T]>;
