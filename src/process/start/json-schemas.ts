import { ValidationError } from '../../errors/validation-error.js';
import { isObject, formatValue } from '../../shared/rules/format-value.js';

/** The `~standard` property of a Standard Schema. Only some libraries set `jsonSchema`: https://standardschema.dev/json-schema. */
interface StandardProps {
  readonly vendor?: unknown;
  readonly jsonSchema?: { input?(options: { target: string }): unknown };
}

/**
 * Converts module parameters that are Standard Schemas to JSON Schema, because only JSON can be sent to the server.
 *
 * @returns The options with the converted parameters. The original options are not changed.
 * @throws `ValidationError` if a schema cannot be converted.
 */
export function withJsonSchemas<T extends { modules?: object | undefined }>(options: T): T {
  const { modules } = options;
  if (!isObject(modules) || !Object.values(modules).some(hasSchema)) return options;
  return { ...options, modules: Object.fromEntries(Object.entries(modules).map(convertChoice)) };
}

function hasSchema(choice: unknown): boolean {
  return isObject(choice) && isObject(choice['params']) && Object.values(choice['params']).some(isStandardSchema);
}

/** Returns whether a value is a Standard Schema. It can be a function, because ArkType schemas are functions. */
function isStandardSchema(value: unknown): value is { readonly '~standard': StandardProps } {
  const canHaveProperties = typeof value === 'function' || isObject(value);
  return canHaveProperties && '~standard' in value && isObject(value['~standard']);
}

function convertChoice([label, choice]: [string, unknown]): [string, unknown] {
  if (!hasSchema(choice)) return [label, choice];
  const { params, ...rest } = choice as { params: Record<string, unknown> };
  const converted = Object.entries(params).map(([name, value]) => {
    return [
      name,
      isStandardSchema(value) ? toJsonSchema(value['~standard'], ['modules', label, 'params', name]) : value,
    ];
  });
  return [label, { ...rest, params: Object.fromEntries(converted) as Record<string, unknown> }];
}

function toJsonSchema({ vendor, jsonSchema }: StandardProps, path: string[]): unknown {
  if (!jsonSchema?.input) {
    const message =
      `Expected a Standard Schema that can be converted to JSON Schema, got one from ${formatValue(vendor)} that cannot. ` +
      'Use zod 4.2 or newer, or convert the schema to JSON Schema first';
    throw new ValidationError([{ path, message }]);
  }
  try {
    return jsonSchema.input({ target: 'draft-2020-12' });
  } catch (error) {
    const message = `Expected a schema that can be converted to JSON Schema: ${(error as Error).message}`;
    throw new ValidationError([{ path, message }], { cause: error });
  }
}
