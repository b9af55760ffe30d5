import type { LocalPipeline, LocalPipelineOptions, NoFields } from './types/local-pipeline.js';
import type { SchemaInput, SchemaOutput, StandardSchema } from './types/standard-schema.js';
import { checkPipelineOptions, checkName } from './check-options.js';
import { StepPipeline } from './step-pipeline.js';

/**
 * Creates a pipeline without steps. Its `step` method returns a new pipeline with one more step.
 *
 * @param name The name shown in run records and logs.
 * @throws `ValidationError` if the name or an option is invalid.
 * @example
 * ```ts
 * const clean = pipeline<{ raw: string }>('clean')
 *   .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
 *   .step('upper', (d) => ({ text: d.text.toUpperCase() }), 'v1.0');
 * const { text } = await clean.run({ raw: '  hola  ' });
 * ```
 */
export function pipeline<Schema extends StandardSchema<object, object>>(
  name: string,
  options: LocalPipelineOptions & { input: Schema },
): LocalPipeline<SchemaInput<Schema> & object, SchemaOutput<Schema> & object, false>;
export function pipeline<Input extends object = NoFields>(
  name: string,
  options?: LocalPipelineOptions & { input?: undefined },
): LocalPipeline<Input>;
export function pipeline(name: string, options: LocalPipelineOptions = {}): unknown {
  checkName(name, 'pipeline');
  checkPipelineOptions(options);
  return new StepPipeline(name, options, []);
}
