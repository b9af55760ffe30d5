import type { Json } from 'millrace/shared/types/json.js';
import type { SchemaNode } from './schema-node.js';

/**
 * Returns the schema of a response: the value, and quotations for its fields. The quotations are a list, because strict structured
 * output allows no names that the schema does not list.
 */
export function responseSchema(node: SchemaNode): object {
  const quotes = strictObject({
    field: { type: 'string' },
    quotes: { type: 'array', items: { type: 'string' } },
  });
  return strictObject({ value: strictSchema(node, false), citations: { type: 'array', items: quotes } });
}

/**
 * Returns the part of a schema that all servers understand: every field is required and can be null, no other fields are allowed, and
 * ranges, patterns and formats are omitted, because some servers refuse them.
 */
export function strictSchema(node: SchemaNode, canBeNull = true): object {
  const typed = (type: string): object => ({ type: canBeNull ? [type, 'null'] : type });
  const description = describe(node);
  const about = description === '' ? {} : { description };
  switch (node.kind) {
    case 'object': {
      const fields = [...node.fields].map(([name, field]) => [name, strictSchema(field)] as const);
      return { ...strictObject(Object.fromEntries(fields)), ...typed('object'), ...about };
    }
    case 'list':
      return { ...typed('array'), items: strictSchema(node.item, false), ...about };
    case 'scalar': {
      const types = node.types.filter((type) => type !== 'integer' || !node.types.includes('number'));
      const values: Json[] = [...(node.values ?? []), ...(canBeNull ? [null] : [])];
      return { type: canBeNull ? [...types, 'null'] : types, ...(node.values && { enum: values }), ...about };
    }
  }
}

function strictObject(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

const notations: Readonly<Record<string, string>> = {
  date: 'YYYY-MM-DD',
  'date-time': 'YYYY-MM-DDThh:mm:ssZ',
  time: 'hh:mm:ss',
};

function describe(node: SchemaNode): string {
  const notation = node.kind === 'scalar' ? notations[node.format ?? ''] : undefined;
  return [node.description ?? '', notation === undefined ? '' : `(${notation})`]
    .filter((part) => part !== '')
    .join(' ');
}
