import type { Json } from 'millrace/shared/types/json.js';
import type { SchemaNode } from './schema-node.js';

/**
 * Returns the JSON Schema of a response with a value and citations for the value's fields. `citations` is an array, because strict
 * structured output does not allow objects with arbitrary keys.
 */
export function createResponseSchema(node: SchemaNode): object {
  const citation = toStrictObject({
    field: { type: 'string' },
    quotes: { type: 'array', items: { type: 'string' } },
  });
  return toStrictObject({ value: toStrictSchema(node, false), citations: { type: 'array', items: citation } });
}

/**
 * Converts a schema to the subset of JSON Schema that strict structured output supports: every field is required and can be null, and no
 * other fields are allowed. Ranges, patterns and formats are omitted, because some servers reject them. The description states the format
 * of dates and times instead.
 */
export function toStrictSchema(node: SchemaNode, canBeNull = true): object {
  const nullable = (type: string): object => ({ type: canBeNull ? [type, 'null'] : type });
  const description = describe(node);
  const withDescription = description === '' ? {} : { description };
  switch (node.kind) {
    case 'object': {
      const fields = [...node.fields].map(([name, field]) => [name, toStrictSchema(field)] as const);
      return { ...toStrictObject(Object.fromEntries(fields)), ...nullable('object'), ...withDescription };
    }
    case 'list':
      return { ...nullable('array'), items: toStrictSchema(node.item, false), ...withDescription };
    case 'scalar': {
      const types = node.types.filter((type) => type !== 'integer' || !node.types.includes('number'));
      const values: Json[] = [...(node.values ?? []), ...(canBeNull ? [null] : [])];
      return { type: canBeNull ? [...types, 'null'] : types, ...(node.values && { enum: values }), ...withDescription };
    }
  }
}

function toStrictObject(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

const notationByFormat: Readonly<Record<string, string>> = {
  date: 'YYYY-MM-DD',
  'date-time': 'YYYY-MM-DDThh:mm:ssZ',
  time: 'hh:mm:ss',
};

function describe(node: SchemaNode): string {
  const notation = node.kind === 'scalar' ? notationByFormat[node.format ?? ''] : undefined;
  return [node.description ?? '', notation === undefined ? '' : `(${notation})`]
    .filter((part) => part !== '')
    .join(' ');
}
