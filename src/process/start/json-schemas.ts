import { ValidationError } from '../../errors/validation-error.js';
import { isObject, showValue } from '../../shared/rules/show-value.js';

/** The conversion to JSON Schema that a Standard Schema can support: https://standardschema.dev/json-schema. */
interface SchemaConverter {
  readonly vendor?: unknown;
  readonly jsonSchema?: { input?(options: { target: string }): unknown };
}

/** Replaces each Standard Schema in the module parameters with a JSON Schema, because only JSON can be sent to the server. */
export function withJsonSchemas<T extends { modules?: object | undefined }>(options: T): T {
  const { modules } = options;
  if (!isObject(modules) || !Object.values(modules).some(hasSchema)) return options;
  return { ...options, modules: Object.fromEntries(Object.entries(modules).map(convertChoice)) };
}

function hasSchema(choice: unknown): boolean {
  return isObject(choice) && isObject(choice['params']) && Object.values(choice['params']).some(isStandardSchema);
}

/** Returns whether a value is a Standard Schema. ArkType's schemas are functions. */
function isStandardSchema(value: unknown): value is { readonly '~standard': SchemaConverter } {
  const canHaveFields = typeof value === 'function' || isObject(value);
  return canHaveFields && '~standard' in value && isObject(value['~standard']);
}

function convertChoice([label, choice]: [string, unknown]): [string, unknown] {
  if (!hasSchema(choice)) return [label, choice];
  const { params, ...others } = choice as { params: Record<string, unknown> };
  const converted = Object.entries(params).map(([name, value]) => {
    return [
      name,
      isStandardSchema(value) ? toJsonSchema(value['~standard'], ['modules', label, 'params', name]) : value,
    ];
  });
  return [label, { ...others, params: Object.fromEntries(converted) as Record<string, unknown> }];
}

function toJsonSchema({ vendor, jsonSchema }: SchemaConverter, path: string[]): unknown {
  if (!jsonSchema?.input) {
    const message =
      `Expected a Standard Schema that can be converted to JSON Schema, got one from ${showValue(vendor)} that cannot. ` +
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
