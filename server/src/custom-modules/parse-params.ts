import type { CustomModule } from './custom-module.js';

/**
 * Parses parameters with a module's schema. Without a schema, returns the values unchanged.
 *
 * @returns The parsed parameters, or an error message.
 */
export function parseParams(
  { name, params: schema }: CustomModule,
  values: Readonly<Record<string, unknown>>,
): { readonly data: unknown } | { readonly problem: string } {
  if (!schema) return { data: values };
  try {
    const result = schema.safeParse(values);
    if (result.success) return { data: result.data };
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'params'}: ${message}`,
    );
    return { problem: problems.join('; ') };
  } catch (error) {
    return { problem: `the schema for '${name}' failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
