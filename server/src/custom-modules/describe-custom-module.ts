import type { ModuleDefinition, ParamSpec } from 'millrace/shared/modules/module-definition.js';
import * as z from 'zod';
import type { CustomModule, ParamsSchema } from './custom-module.js';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/**
 * Creates a custom module's definition for the catalogue.
 *
 * @throws `TypeError` if the module's `params` is not a zod 4 `z.object(…)`.
 */
export function describeCustomModule(module: CustomModule): ModuleDefinition {
  const { name, input, output, models = ['base'], outputKey = 'snippet' } = module;
  const params = describeParams(module);
  return {
    name,
    input,
    output,
    inputKey: input === 'json' ? 'snippet' : null,
    outputKey: output === 'json' ? outputKey : null,
    models: models.map((model) => ({ name: model, ...(params && { params }) })),
    defaultModel: models[0],
  };
}

function describeParams({ name, params }: CustomModule): Record<string, ParamSpec> | undefined {
  if (!params) return undefined;
  const { properties = {}, required = [] } = toJsonSchema(name, params);
  return Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [
      key,
      { type: toParamType(property), ...readDefault(property), ...(required.includes(key) && { required: true }) },
    ]),
  );
}

function toJsonSchema(name: string, params: ParamsSchema<unknown>): JsonSchema {
  try {
    const schema = z.toJSONSchema(params as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' });
    if (schema.type === 'object') return schema as JsonSchema;
  } catch {
    // the schema is from a different library or an older version of zod
  }
  throw new TypeError(
    `Expected \`params\` of '${name}' to be a zod 4 z.object(…), got a different schema. Define it with zod 4.`,
  );
}

function toParamType({ type }: JsonSchema): ParamSpec['type'] {
  if (type === 'integer') return 'int';
  if (type === 'number') return 'number';
  if (type === 'boolean') return 'bool';
  return type === 'string' ? 'string' : 'json';
}

/** Returns the default if it is a string, number or boolean. The schema fills in any other default when the module runs. */
function readDefault({ default: value }: JsonSchema): Pick<ParamSpec, 'default'> {
  const isPrimitive = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPrimitive ? { default: value } : {};
}
