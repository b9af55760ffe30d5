import { isObject, formatValue } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';

/** A simplified JSON Schema. References are resolved, and variants (`anyOf`, `oneOf`, `allOf`) are merged into one node. */
export type SchemaNode = ScalarNode | ObjectNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly types: readonly ScalarType[];
  /** The allowed values. Omitted if all values are allowed. */
  readonly values?: readonly Json[];
  readonly format?: string;
  readonly description?: string;
}

interface ObjectNode {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, SchemaNode>;
  readonly description?: string;
}

interface ListNode {
  readonly kind: 'list';
  readonly item: SchemaNode;
  readonly description?: string;
}

const scalarTypes = ['string', 'number', 'integer', 'boolean'] as const;
type ScalarType = (typeof scalarTypes)[number];

/** The limits of strict structured output. */
const maxDepth = 10;
const maxNodes = 1000;

/** Thrown for an invalid or unsupported schema. The message continues `Expected schema to …`. */
export class SchemaError extends Error {}

type Schema = Readonly<Record<string, unknown>>;

/** Parses a JSON Schema. @throws {@link SchemaError} if the schema is invalid or unsupported. */
export function parseSchema(schema: unknown): SchemaNode {
  if (!isObject(schema)) throw new SchemaError(`be a JSON Schema of an object or a list, got ${formatValue(schema)}`);
  const node = new SchemaParser(schema).parse(schema, '', []);
  if (node.kind === 'scalar')
    throw new SchemaError('describe an object or a list, got a single value. Put the value into an object');
  return node;
}

class SchemaParser {
  readonly #root: Schema;
  #nodeCount = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  parse(schema: unknown, path: string, refs: readonly string[], depth = 0): SchemaNode {
    this.#nodeCount += 1;
    if (this.#nodeCount > maxNodes) throw new SchemaError(`have at most ${maxNodes} fields, got more`);
    if (depth > maxDepth)
      throw new SchemaError(`be nested at most ${maxDepth} levels deep, got a deeper schema at ${path}`);
    if (schema === true) return { kind: 'scalar', types: scalarTypes };
    if (!isObject(schema))
      throw new SchemaError(`have a schema at ${formatSchemaPath(path)}, got ${formatValue(schema)}`);
    if (typeof schema['$ref'] === 'string') return this.#parseRef(schema, schema['$ref'], path, refs, depth);
    const variants = [schema['anyOf'], schema['oneOf'], schema['allOf']].find((list) => Array.isArray(list));
    if (variants !== undefined) return this.#parseVariants(schema, variants as unknown[], path, refs, depth);
    const description = typeof schema['description'] === 'string' ? { description: schema['description'] } : {};
    switch (getKind(schema)) {
      case 'object':
        return { kind: 'object', fields: this.#parseFields(schema, path, refs, depth), ...description };
      case 'list': {
        if (Array.isArray(schema['prefixItems']) || Array.isArray(schema['items'])) {
          throw new SchemaError(
            `contain no tuples, got one at ${formatSchemaPath(path)}. Use an object with a field for each element`,
          );
        }
        return {
          kind: 'list',
          item: this.parse(schema['items'] ?? true, `${path}[]`, refs, depth + 1),
          ...description,
        };
      }
      case 'scalar':
        return { ...parseScalar(schema), ...description };
    }
  }

  #parseRef(schema: Schema, ref: string, path: string, refs: readonly string[], depth: number): SchemaNode {
    if (!ref.startsWith('#')) {
      throw new SchemaError(
        `contain only references to its own definitions, got ${formatValue(ref)} at ${formatSchemaPath(path)}`,
      );
    }
    if (refs.includes(ref))
      throw new SchemaError(`contain no recursive references, got ${ref} at ${formatSchemaPath(path)}`);
    let target: unknown = this.#root;
    for (const part of ref.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isObject(target) || Array.isArray(target) ? (target as Record<string, unknown>)[key] : undefined;
    }
    if (!isObject(target))
      throw new SchemaError(`define ${formatValue(ref)}, which ${formatSchemaPath(path)} refers to`);
    const { $ref: _, ...others } = schema;
    return this.parse({ ...target, ...others }, path, [...refs, ref], depth);
  }

  #parseVariants(
    schema: Schema,
    variants: readonly unknown[],
    path: string,
    refs: readonly string[],
    depth: number,
  ): SchemaNode {
    const { anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
    const nonNull = variants.filter(
      (variant) => !(isObject(variant) && (variant['type'] === 'null' || variant['const'] === null)),
    );
    const nodes = nonNull.map((variant) => this.parse(variant, path, refs, depth));
    if (['type', 'properties', 'items', 'enum'].some((key) => key in rest))
      nodes.push(this.parse(rest, path, refs, depth));
    const [first, ...others] = nodes;
    if (!first) throw new SchemaError(`allow a value other than null at ${formatSchemaPath(path)}`);
    const merged = others.reduce((all, node) => mergeNodes(all, node, path), first);
    return typeof rest['description'] === 'string' ? { ...merged, description: rest['description'] } : merged;
  }

  #parseFields(schema: Schema, path: string, refs: readonly string[], depth: number): Map<string, SchemaNode> {
    const properties = isObject(schema['properties'])
      ? sortProperties(schema['properties'], schema['propertyOrdering'])
      : [];
    if (properties.length === 0) {
      throw new SchemaError(
        `name the fields of ${formatSchemaPath(path)}, got an object with arbitrary field names. Use a list of objects with a name and a value`,
      );
    }
    return new Map(
      properties.map(([name, property]) => [name, this.parse(property, joinPath(path, name), refs, depth + 1)]),
    );
  }
}

/** Returns the properties of an object schema in the order that Gemini's `propertyOrdering` keyword specifies. */
function sortProperties(properties: Schema, ordering: unknown): [string, unknown][] {
  const order = Array.isArray(ordering) ? (ordering as unknown[]) : [];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(properties).sort(([a], [b]) => rank(a) - rank(b));
}

const joinPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Formats a path for error messages. */
const formatSchemaPath = (path: string): string => (path === '' ? 'its root' : path);

function getKind(schema: Schema): SchemaNode['kind'] {
  const types = getTypes(schema);
  if (types.includes('object') || (types.length === 0 && 'properties' in schema)) return 'object';
  return types.includes('array') || (types.length === 0 && 'items' in schema) ? 'list' : 'scalar';
}

function getTypes({ type }: Schema): readonly unknown[] {
  return (Array.isArray(type) ? type : [type]).filter((name) => name !== undefined && name !== 'null');
}

function parseScalar(schema: Schema): ScalarNode {
  const listed = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : undefined;
  const values = listed?.filter((value): value is Json => ['string', 'number', 'boolean'].includes(typeof value));
  const declaredTypes = scalarTypes.filter((type) => getTypes(schema).includes(type));
  const valueTypes = scalarTypes.filter((type) => values?.some((value) => typeof value === type));
  const types = declaredTypes.length > 0 ? declaredTypes : valueTypes.length > 0 ? valueTypes : scalarTypes;
  return {
    kind: 'scalar',
    types,
    ...(values && { values }),
    ...(typeof schema['format'] === 'string' && { format: schema['format'] }),
  };
}

/** Merges two variants into a node that allows the values of both. */
function mergeNodes(a: SchemaNode, b: SchemaNode, path: string): SchemaNode {
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    const values = a.values && b.values ? { values: [...new Set([...a.values, ...b.values])] } : {};
    const format = a.format !== undefined && a.format === b.format ? { format: a.format } : {};
    return { kind: 'scalar', types: [...new Set([...a.types, ...b.types])], ...values, ...format };
  }
  if (a.kind === 'list' && b.kind === 'list') return { ...a, item: mergeNodes(a.item, b.item, `${path}[]`) };
  if (a.kind === 'object' && b.kind === 'object') {
    const fields = new Map(a.fields);
    for (const [name, node] of b.fields) {
      const existing = fields.get(name);
      fields.set(name, existing ? mergeNodes(existing, node, joinPath(path, name)) : node);
    }
    return { ...a, fields };
  }
  throw new SchemaError(
    `allow only objects, only lists or only single values at ${formatSchemaPath(path)}, got a mixture of them`,
  );
}
