import type { Citation, Classification, Extraction } from 'millrace/shared/types/extraction.js';
import type { Json } from 'millrace/shared/types/json.js';

/** A leaf value of an extraction, with its path and citations. */
export interface ExtractedField {
  /** The path of the value in the extraction, such as `lines[0].amount`. */
  readonly path: string;
  readonly value: Json;
  readonly citations: readonly Citation[];
}

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCitation = (value: Json): boolean => isObject(value) && typeof value['quote'] === 'string';

export function isExtraction(item: Json): item is Record<string, Json> & Extraction {
  if (!isObject(item) || item['value'] === undefined || !isObject(item['citations'])) return false;
  return Object.values(item['citations']).every((citations) => Array.isArray(citations) && citations.every(isCitation));
}

export function isClassification(item: Json): item is Classification & Record<string, Json> {
  if (!isObject(item) || typeof item['label'] !== 'string' || !Array.isArray(item['labels'])) return false;
  return (item['labels'] as readonly Json[]).every((label) => isObject(label) && typeof label['label'] === 'string');
}

/** Returns the leaf values of an extraction, in order. An empty list is a leaf. */
export function flattenExtraction({ value, citations }: Extraction): ExtractedField[] {
  const fields: ExtractedField[] = [];
  const add = (path: string, field: Json): void => {
    if (Array.isArray(field) && field.length > 0)
      (field as readonly Json[]).forEach((item, index) => add(`${path}[${index}]`, item));
    else if (isObject(field)) {
      for (const [name, child] of Object.entries(field)) add(path === '' ? name : `${path}.${name}`, child);
    } else fields.push({ path, value: field, citations: citations[path] ?? [] });
  };
  add('', value);
  return fields;
}
