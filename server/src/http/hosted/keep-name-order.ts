import { isObject } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';

/**
 * Returns a parameter in a form that preserves the order of its object keys, if the order matters to the module: the database preserves
 * the order of lists, but not of object keys.
 */
export function keepNameOrder(module: string, param: string, value: Json): Json {
  if (module === 'extract' && param === 'schema') return keepPropertyOrder(value);
  if (module === 'classify' && param === 'labels') return listLabels(value);
  return value;
}

/** Converts labels with descriptions from an object to an equivalent list. */
function listLabels(labels: Json): Json {
  if (!isObject(labels)) return labels;
  return Object.entries(labels as Record<string, Json>).map(([name, description]) => ({ name, description }));
}

/** Adds the order of the properties to the objects of a JSON Schema, as Gemini's keyword `propertyOrdering`. */
function keepPropertyOrder(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const keywords = Object.fromEntries(
    Object.entries(schema as Record<string, Json>).map(([keyword, value]) => [keyword, keepOrderIn(keyword, value)]),
  );
  const { properties } = schema;
  if (!isObject(properties) || 'propertyOrdering' in schema) return keywords;
  return { ...keywords, propertyOrdering: Object.keys(properties) };
}

/** The JSON Schema keywords whose value is an object of named schemas. */
const namedSchemas = ['properties', '$defs', 'definitions'];
/** The JSON Schema keywords whose value is a schema or a list of schemas. Other keywords, such as `enum`, contain data. */
const innerSchemas = ['items', 'anyOf', 'oneOf', 'allOf'];

function keepOrderIn(keyword: string, value: Json): Json {
  if (namedSchemas.includes(keyword) && isObject(value)) {
    const named = Object.entries(value as Record<string, Json>);
    return Object.fromEntries(named.map(([name, schema]) => [name, keepPropertyOrder(schema)]));
  }
  if (!innerSchemas.includes(keyword)) return value;
  return Array.isArray(value) ? value.map(keepPropertyOrder) : keepPropertyOrder(value);
}
