import type { Json } from './json.js';

/** The part of the Standard Schema interface (https://standardschema.dev) that declares the input type. */
interface AnySchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined;
  };
}

/** A JSON Schema for an object or an array. A `$ref` must refer to a part of the same schema and must not be recursive. */
type JsonSchema = { readonly [keyword: string]: unknown };

/** A passage of the text in which `extract` found a field. */
export interface Citation {
  /** The passage, verbatim. Passages of more than 300 characters are cut off and end with `…`. */
  quote: string;
  /** The 1-based number of the page or slide. Absent if the document has no pages. */
  page?: number;
  /** The 1-based line number in a document without pages. */
  line?: number;
  /** The 0-based index of the item, if the input was a list of items. */
  item?: number;
}

/** An extracted value with its citations. With the target `page` or `row`, `extract` outputs an array of these. */
export interface Extraction<Value = Json> {
  value: Value;
  /**
   * The passages in which each field was found, keyed by the field's path, such as `total` or `lines[0].amount`. They are quoted from the
   * text, not from the model's response. A field without evidence in the text has no entry. An occurrence of the value that could
   * be a coincidence does not count as evidence.
   */
  citations: Record<string, Citation[]>;
  /** The 1-based page number, with the target `page`, if the document has pages. */
  page?: number;
  /** The 0-based index of the item, with the target `page`, if the input was a list of items. */
  item?: number;
}

/** The labels of a text. With the target `page` or `item`, `classify` outputs an array of these. */
export interface Classification {
  /** The label that fits best, or `other` if no label fits. */
  label: string;
  /** From 0 to 1; `null` if the model did not return a score. */
  score: number | null;
  /** All labels that fit, most likely first. Without `several`, the other labels are also listed if the model returns scores. */
  labels: { label: string; score: number | null }[];
  /** The 1-based page number, with the target `page`, if the document has pages. */
  page?: number;
  /** The 0-based index of the item, with the target `item` or `page`, if the input was a list of items. */
  item?: number;
  /** The item's text, with the target `item`. */
  snippet?: string;
}

/** The part of a document that each extracted value describes. */
export type ExtractionTarget = 'document' | 'page' | 'row';

/** The parameters of `extract`. */
export interface ExtractParams {
  /**
   * The schema of the value to extract: a JSON Schema, or a Standard Schema that converts to one. Examples are Zod 4 and ArkType schemas,
   * and Valibot schemas with `toStandardJsonSchema`.
   */
  schema: JsonSchema | AnySchema;
  /** What each value describes: the document, a page, or, with `row`, one of the entities that the document lists. @default 'document' */
  target?: ExtractionTarget;
  /** With `required`, values without citations are replaced by `null`. @default 'optional' */
  grounded?: 'optional' | 'required';
  /**
   * Maximum length of the text in each request to the model, in tokens.
   *
   * @default the endpoint's `WINDOW` setting, which is in characters
   */
  window?: number;
  /** Maximum number of requests to the model per file. @default 100 */
  maxRequests?: number;
  /** Instructions for the model, such as `Amounts are in euros`. At most 4000 characters. */
  instructions?: string;
  /** Whether to reuse cached responses to identical requests. @default true */
  cache?: boolean;
}

/** The parameters of `classify`. */
export interface ClassifyParams {
  /** The labels: an array of names, an object that maps names to descriptions, or an array of `{ name, description }`. */
  labels: readonly string[] | Readonly<Record<string, string>> | readonly { name: string; description?: string }[];
  /** Whether a text can have several labels. @default false */
  several?: boolean;
  /** What to label: the document, each page, or each item from the previous module. @default 'document' */
  target?: 'document' | 'page' | 'item';
  /** Instructions for the model. At most 4000 characters. */
  instructions?: string;
  /** Whether to reuse cached responses to identical requests. @default true */
  cache?: boolean;
}

/** The type of an extracted value. A field that is not in the text is `null`, or an empty array if the field is an array. */
type ExtractedValue<T> = T extends readonly (infer Item)[]
  ? ExtractedValue<Item>[]
  : T extends object
    ? {
        [K in keyof T]-?: undefined extends T[K]
          ? ExtractedValue<Exclude<T[K], undefined>> | null
          : ExtractedField<T[K]>;
      }
    : T;

type ExtractedField<T> = T extends readonly unknown[] ? ExtractedValue<T> : ExtractedValue<T> | null;

/** The output type of `extract` for a schema and a target. */
export type ExtractionBy<Schema, Target> = Schema extends AnySchema
  ? ByTarget<ExtractedValue<NonNullable<Schema['~standard']['types']>['input']>, Target>
  : ByTarget<Json, Target>;

type ByTarget<Value, Target> = Target extends 'page' | 'row' ? Extraction<Value>[] : Extraction<Value>;
