import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import { parseSchema, SchemaError, type SchemaNode } from './schema/schema-node.js';
import { isJsonObject } from './schema/paths.js';
import { createValueChecker, type CheckResult } from './schema/check-value.js';
import { maxInstructionsLength, ParamError } from '../chat-params.js';

export interface ExtractParams {
  /** The schema of the value. For the target `row`, the schema of a list whose items have the user's schema. */
  readonly schema: SchemaNode;
  readonly checkValue: (value: Json) => CheckResult;
  readonly target: 'document' | 'page' | 'row';
  /** Whether values that were not found in the text become null. */
  readonly isGroundingRequired: boolean;
  /** The size of a window, in tokens. If `undefined`, the model's `windowCharacters` applies. */
  readonly windowTokens: number | undefined;
  /** The maximum number of requests per file. */
  readonly maxRequests: number;
  readonly instructions: string;
  /** Whether a cached response to an identical request can be used. */
  readonly usesCache: boolean;
}

/** The maximum length of a schema as JSON, in characters. The schema is sent with every request and stored with every file. */
const maxSchemaLength = 65_536;
const minWindowTokens = 200;
const maxWindowTokens = 1_000_000;
/** The maximum value of the `maxRequests` parameter. */
const requestLimit = 10_000;

/** Reads and validates the module's parameters. @throws {@link ParamError} if a parameter is invalid. */
export function parseExtractParams(params: Readonly<Record<string, Json>>): ExtractParams {
  const { schema, window, maxRequests = 100, instructions = '', target = 'document', grounded, cache } = params;
  const userSchema = readSchemaParam(schema);
  if (window !== undefined) checkNumber('window', window, minWindowTokens, maxWindowTokens);
  checkNumber('maxRequests', maxRequests, 1, requestLimit);
  return {
    ...compileSchema(target === 'row' ? { type: 'array', items: userSchema } : userSchema),
    target: target as ExtractParams['target'],
    isGroundingRequired: grounded === 'required',
    windowTokens: window as number | undefined,
    maxRequests: maxRequests as number,
    instructions: readInstructions(instructions),
    usesCache: cache !== false,
  };
}

function readSchemaParam(schema: Json | undefined): Record<string, Json> {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new ParamError(`Expected schema to be a JSON Schema, got ${formatValue(schema)}`);
  }
  const { length } = JSON.stringify(schema);
  if (length > maxSchemaLength) {
    throw new ParamError(`Expected schema to have at most ${maxSchemaLength} characters, got ${length}`);
  }
  return schema as Record<string, Json>;
}

function compileSchema(schema: Record<string, Json>): Pick<ExtractParams, 'schema' | 'checkValue'> {
  try {
    return { schema: parseSchema(hoistDefinitions(schema)), checkValue: createValueChecker(hoistDefinitions(schema)) };
  } catch (error) {
    if (error instanceof SchemaError) throw new ParamError(`Expected schema to ${error.message}`);
    throw error;
  }
}

/** Moves the definitions in a list's item schema to the root, because references are relative to the root. */
function hoistDefinitions(schema: Record<string, Json>): Record<string, Json> {
  const { items } = schema;
  if (items === undefined || !isJsonObject(items)) return schema;
  const { $defs, definitions, $schema, ...itemSchema } = items;
  return {
    ...($schema !== undefined && { $schema }),
    ...schema,
    items: itemSchema,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

function checkNumber(name: string, value: Json, min: number, max: number): void {
  if (typeof value === 'number' && value >= min && value <= max) return;
  throw new ParamError(`Expected ${name} to be between ${min} and ${max}, got ${formatValue(value)}`);
}

function readInstructions(value: Json): string {
  if (typeof value === 'string' && value.length <= maxInstructionsLength) return value;
  throw new ParamError(
    `Expected instructions to have at most ${maxInstructionsLength} characters, got ${formatValue(value)}`,
  );
}
