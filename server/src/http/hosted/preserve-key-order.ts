import { isObject } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';

/**
 * Converts a parameter whose key order matters to the module, so that the database preserves this order. Returns other parameters
 * unchanged. Parameters are stored as `jsonb`, which preserves the order of array elements, but not of object keys.
 */
export function preserveKeyOrder(module: string, param: string, value: Json): Json {
  if (module === 'extract' && param === 'schema') return addPropertyOrdering(value);
  if (module === 'classify' && param === 'labels') return toLabelList(value);
  return value;
}

/** Converts an object that maps label names to descriptions into a list of labels. Returns any other value unchanged. */
function toLabelList(labels: Json): Json {
  if (!isObject(labels)) return labels;
  return Object.entries(labels as Record<string, Json>).map(([name, description]) => ({ name, description }));
}

/**
 * Adds Gemini's keyword `propertyOrdering`, which records the order of the properties, to a JSON Schema and its nested schemas. Does not
 * add the keyword to schemas that have no `properties` or already have the keyword.
 */
function addPropertyOrdering(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const keywords = Object.fromEntries(
    Object.entries(schema as Record<string, Json>).map(([keyword, value]) => [
      keyword,
      addOrderingToNestedSchemas(keyword, value),
    ]),
  );
  const { properties } = schema;
  if (!isObject(properties) || 'propertyOrdering' in schema) return keywords;
  return { ...keywords, propertyOrdering: Object.keys(properties) };
}

/** The JSON Schema keywords whose value maps names to schemas. */
const schemaMapKeywords = ['properties', '$defs', 'definitions'];
/** The JSON Schema keywords whose value is a schema or a list of schemas. Values of other keywords, such as `enum`, are left unchanged. */
const schemaKeywords = ['items', 'anyOf', 'oneOf', 'allOf'];

function addOrderingToNestedSchemas(keyword: string, value: Json): Json {
  if (schemaMapKeywords.includes(keyword) && isObject(value)) {
    const entries = Object.entries(value as Record<string, Json>);
    return Object.fromEntries(entries.map(([name, schema]) => [name, addPropertyOrdering(schema)]));
  }
  if (!schemaKeywords.includes(keyword)) return value;
  return Array.isArray(value) ? value.map(addPropertyOrdering) : addPropertyOrdering(value);
}
