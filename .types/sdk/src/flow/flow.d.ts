import type { SchemaInput, SchemaOutput, StandardSchema } from './types/standard-schema.js';
import type { Flow, FlowOptions } from './types/task.js';
/**
 * Creates a flow: a function that calls tasks and other flows. Its code decides the order of the calls. The run's record lists
 * each call.
 *
 * @param name The name shown in run records and logs.
 * @throws `ValidationError`
 * @example
 * ```ts
 * const report = flow('report', async (city: string) => {
 *   const [weather, news] = await Promise.all([fetchWeather(city), fetchNews(city)]);
 *   return write(weather, news);
 * });
 * const text = await report('Vigo');
 * ```
 */
export declare function flow<Schema extends StandardSchema, Result>(name: string, work: (input: SchemaOutput<Schema>) => Result, options: FlowOptions & {
    input: Schema;
}): Flow<[input: SchemaInput<Schema>], Awaited<Result>>;
export declare function flow<Args extends readonly unknown[], Result>(name: string, work: (...args: Args) => Result, options?: FlowOptions & {
    input?: undefined;
}): Flow<Args, Awaited<Result>>;
