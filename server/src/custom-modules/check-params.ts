import type { CustomModule } from './custom-module.js';

/**
 * Puts parameters through a module's schema.
 *
 * @returns What the schema makes of them, or what is wrong with them.
 */
export function checkParams(
  { name, params: schema }: CustomModule,
  given: Readonly<Record<string, unknown>>,
): { readonly data: unknown } | { readonly fault: string } {
  if (!schema) return { data: given };
  try {
    const result = schema.safeParse(given);
    if (result.success) return { data: result.data };
    const faults = result.error.issues.map(
      ({ path, message }) => `${path.map(String).join('.') || 'params'}: ${message}`,
    );
    return { fault: faults.join('; ') };
  } catch (error) {
    return { fault: `the schema of '${name}' failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
