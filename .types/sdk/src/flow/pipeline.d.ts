import type { LocalPipeline, LocalPipelineOptions, NoFields } from './types/local-pipeline.js';
import type { SchemaInput, SchemaOutput, StandardSchema } from './types/standard-schema.js';
/**
 * Creates a pipeline without steps. Its `step` method returns a new pipeline with one more step.
 *
 * @param name The name shown in run records and logs.
 * @throws `ValidationError`
 * @example
 * ```ts
 * const clean = pipeline<{ raw: string }>('clean')
 *   .step('trim', (d) => ({ text: d.raw.trim() }), 'v1.0')
 *   .step('upper', (d) => ({ text: d.text.toUpperCase() }), 'v1.0');
 * const { text } = await clean.run({ raw: '  hola  ' });
 * ```
 */
export declare function pipeline<Schema extends StandardSchema<object, object>>(name: string, options: LocalPipelineOptions & {
    input: Schema;
}): LocalPipeline<SchemaInput<Schema> & object, SchemaOutput<Schema> & object, false>;
export declare function pipeline<Input extends object = NoFields>(name: string, options?: LocalPipelineOptions & {
    input?: undefined;
}): LocalPipeline<Input>;
