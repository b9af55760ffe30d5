import { isObject, showValue } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';

/** A JSON Schema as this module uses it: references are resolved, and variants (`anyOf`, `oneOf`, `allOf`) are merged into one node. */
export type SchemaNode = ScalarNode | ObjectNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly types: readonly ScalarType[];
  /** The allowed values. Absent if any value is allowed. */
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

/** Limits of strict structured output. */
const maxDepth = 10;
const maxNodes = 1000;

/** Thrown for a schema that cannot be used. The message follows `Expected the schema to …`. */
export class SchemaError extends Error {}

type Schema = Readonly<Record<string, unknown>>;

/** Reads a JSON Schema. @throws {@link SchemaError} that names the unsupported part. */
export function readSchema(schema: unknown): SchemaNode {
  if (!isObject(schema)) throw new SchemaError(`be a JSON Schema of an object or a list, got ${showValue(schema)}`);
  const node = new Reader(schema).read(schema, '', []);
  if (node.kind === 'scalar') throw new SchemaError('describe an object or a list. Put the field into an object');
  return node;
}

class Reader {
  readonly #root: Schema;
  #nodes = 0;

  constructor(root: Schema) {
    this.#root = root;
  }

  read(given: unknown, place: string, refs: readonly string[], depth = 0): SchemaNode {
    this.#nodes += 1;
    if (this.#nodes > maxNodes) throw new SchemaError(`have at most ${maxNodes} fields, got more`);
    if (depth > maxDepth) throw new SchemaError(`be nested at most ${maxDepth} levels deep, got more at ${place}`);
    if (given === true) return { kind: 'scalar', types: scalarTypes };
    if (!isObject(given)) throw new SchemaError(`have a schema at ${nameOf(place)}, got ${showValue(given)}`);
    if (typeof given['$ref'] === 'string') return this.#readRef(given, given['$ref'], place, refs, depth);
    const variants = [given['anyOf'], given['oneOf'], given['allOf']].find((list) => Array.isArray(list));
    if (variants !== undefined) return this.#readVariants(given, variants as unknown[], place, refs, depth);
    const description = typeof given['description'] === 'string' ? { description: given['description'] } : {};
    switch (kindOf(given)) {
      case 'object':
        return { kind: 'object', fields: this.#readFields(given, place, refs, depth), ...description };
      case 'list': {
        if (Array.isArray(given['prefixItems']) || Array.isArray(given['items'])) {
          throw new SchemaError(`have no tuples, got one at ${nameOf(place)}. Use an object with a name for each part`);
        }
        return { kind: 'list', item: this.read(given['items'] ?? true, `${place}[]`, refs, depth + 1), ...description };
      }
      case 'scalar':
        return { ...readScalar(given), ...description };
    }
  }

  #readRef(given: Schema, ref: string, place: string, refs: readonly string[], depth: number): SchemaNode {
    if (!ref.startsWith('#')) {
      throw new SchemaError(`have references into itself only, got ${showValue(ref)} at ${nameOf(place)}`);
    }
    if (refs.includes(ref)) throw new SchemaError(`be finite, but ${nameOf(place)} contains itself (${ref})`);
    let target: unknown = this.#root;
    for (const part of ref.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      target = isObject(target) || Array.isArray(target) ? (target as Record<string, unknown>)[key] : undefined;
    }
    if (!isObject(target)) throw new SchemaError(`have what ${showValue(ref)} refers to at ${nameOf(place)}`);
    const { $ref: _, ...others } = given;
    return this.read({ ...target, ...others }, place, [...refs, ref], depth);
  }

  #readVariants(
    given: Schema,
    variants: readonly unknown[],
    place: string,
    refs: readonly string[],
    depth: number,
  ): SchemaNode {
    const { anyOf: _any, oneOf: _one, allOf: _all, ...own } = given;
    const real = variants.filter(
      (variant) => !(isObject(variant) && (variant['type'] === 'null' || variant['const'] === null)),
    );
    const nodes = real.map((variant) => this.read(variant, place, refs, depth));
    if (['type', 'properties', 'items', 'enum'].some((key) => key in own))
      nodes.push(this.read(own, place, refs, depth));
    const [first, ...others] = nodes;
    if (!first) throw new SchemaError(`allow more than null at ${nameOf(place)}`);
    const merged = others.reduce((all, node) => merge(all, node, place), first);
    return typeof own['description'] === 'string' ? { ...merged, description: own['description'] } : merged;
  }

  #readFields(given: Schema, place: string, refs: readonly string[], depth: number): Map<string, SchemaNode> {
    const properties = isObject(given['properties']) ? inOrder(given['properties'], given['propertyOrdering']) : [];
    if (properties.length === 0) {
      throw new SchemaError(
        `name the fields of ${nameOf(place)}, got an object with any names. Use a list of objects with a name and a value`,
      );
    }
    return new Map(
      properties.map(([name, schema]) => [
        name,
        this.read(schema, place === '' ? name : `${place}.${name}`, refs, depth + 1),
      ]),
    );
  }
}

/** Returns the properties of an object in the order of `propertyOrdering`, which Gemini's schemas have. */
function inOrder(properties: Schema, ordering: unknown): [string, unknown][] {
  const order = Array.isArray(ordering) ? (ordering as unknown[]) : [];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(properties).sort(([a], [b]) => rank(a) - rank(b));
}

const nameOf = (place: string): string => (place === '' ? 'its root' : place);

function kindOf(schema: Schema): SchemaNode['kind'] {
  const types = typesOf(schema);
  if (types.includes('object') || (types.length === 0 && 'properties' in schema)) return 'object';
  return types.includes('array') || (types.length === 0 && 'items' in schema) ? 'list' : 'scalar';
}

function typesOf({ type }: Schema): readonly unknown[] {
  return (Array.isArray(type) ? type : [type]).filter((name) => name !== undefined && name !== 'null');
}

function readScalar(schema: Schema): ScalarNode {
  const listed = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : undefined;
  const values = listed?.filter((value): value is Json => ['string', 'number', 'boolean'].includes(typeof value));
  const named = scalarTypes.filter((type) => typesOf(schema).includes(type));
  const ofValues = scalarTypes.filter((type) => values?.some((value) => typeof value === type));
  const types = named.length > 0 ? named : ofValues.length > 0 ? ofValues : scalarTypes;
  return {
    kind: 'scalar',
    types,
    ...(values && { values }),
    ...(typeof schema['format'] === 'string' && { format: schema['format'] }),
  };
}

function merge(a: SchemaNode, b: SchemaNode, place: string): SchemaNode {
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    const values = a.values && b.values ? { values: [...new Set([...a.values, ...b.values])] } : {};
    const format = a.format !== undefined && a.format === b.format ? { format: a.format } : {};
    return { kind: 'scalar', types: [...new Set([...a.types, ...b.types])], ...values, ...format };
  }
  if (a.kind === 'list' && b.kind === 'list') return { ...a, item: merge(a.item, b.item, `${place}[]`) };
  if (a.kind === 'object' && b.kind === 'object') {
    const fields = new Map(a.fields);
    for (const [name, node] of b.fields) {
      const own = fields.get(name);
      fields.set(name, own ? merge(own, node, `${place}.${name}`) : node);
    }
    return { ...a, fields };
  }
  throw new SchemaError(`allow only objects, only lists or only single values at ${nameOf(place)}, got a mixture`);
}
