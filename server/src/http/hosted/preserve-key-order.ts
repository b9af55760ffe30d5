import { isObject } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';

/**
 * Returns a parameter in a form that preserves the order of its object keys, if that order matters to the module. The database
 * preserves the order of lists, but not of object keys.
 */
export function preserveKeyOrder(module: string, param: string, value: Json): Json {
  if (module === 'extract' && param === 'schema') return addPropertyOrdering(value);
  if (module === 'classify' && param === 'labels') return listLabels(value);
  return value;
}

/** Converts an object of labels and descriptions to an equivalent list. */
function listLabels(labels: Json): Json {
  if (!isObject(labels)) return labels;
  return Object.entries(labels as Record<string, Json>).map(([name, description]) => ({ name, description }));
}

/** Adds Gemini's keyword `propertyOrdering` to all objects of a JSON Schema, to record the order of their properties. */
function addPropertyOrdering(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const keywords = Object.fromEntries(
    Object.entries(schema as Record<string, Json>).map(([keyword, value]) => [
      keyword,
      addOrderingToKeyword(keyword, value),
    ]),
  );
  const { properties } = schema;
  if (!isObject(properties) || 'propertyOrdering' in schema) return keywords;
  return { ...keywords, propertyOrdering: Object.keys(properties) };
}

/** The JSON Schema keywords that map names to schemas. */
const schemaMapKeywords = ['properties', '$defs', 'definitions'];
/** The JSON Schema keywords that contain a schema or a list of schemas. Other keywords, such as `enum`, contain data. */
const schemaKeywords = ['items', 'anyOf', 'oneOf', 'allOf'];

function addOrderingToKeyword(keyword: string, value: Json): Json {
  if (schemaMapKeywords.includes(keyword) && isObject(value)) {
    const entries = Object.entries(value as Record<string, Json>);
    return Object.fromEntries(entries.map(([name, schema]) => [name, addPropertyOrdering(schema)]));
  }
  if (!schemaKeywords.includes(keyword)) return value;
  return Array.isArray(value) ? value.map(addPropertyOrdering) : addPropertyOrdering(value);
}
