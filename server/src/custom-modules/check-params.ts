import type { CustomModule } from './custom-module.js';

/**
 * Parses parameters with a module's schema.
 *
 * @returns The parsed parameters, or what is wrong with them.
 */
export function checkParams(
  { name, params: schema }: CustomModule,
  given: Readonly<Record<string, unknown>>,
): { readonly data: unknown } | { readonly problem: string } {
  if (!schema) return { data: given };
  try {
    const result = schema.safeParse(given);
    if (result.success) return { data: result.data };
    const problems = result.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'params'}: ${message}`,
    );
    return { problem: problems.join('; ') };
  } catch (error) {
    return { problem: `the schema of '${name}' failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
