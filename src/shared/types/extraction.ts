import type { Json } from './json.js';

/** A validator that implements https://standardschema.dev: only the part that says which values it accepts. */
interface AnySchema<Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined;
  };
}

/** A JSON Schema of an object or a list. `$ref` may point into the schema itself. */
type JsonSchema = { readonly [keyword: string]: unknown };

/** A passage of the text, word for word, in which `extract` found a field. */
export interface Citation {
  quote: string;
  /** The page or slide, from 1. Absent if the document has no pages. */
  page?: number;
  /** The line of the text, from 1, in a document without pages. */
  line?: number;
  /** The item, from 0, if the input was a list of items. */
  item?: number;
}

/** The output of `extract`. */
export interface Extraction<Value = Json> {
  value: Value;
  /**
   * Where each field was found, by its path: `total`, `lines[0].amount`. The module itself searches the text, so a field without an entry
   * was not found. Several entries are several matches.
   */
  citations: Record<string, Citation[]>;
  /** The page, with the target `page`. */
  page?: number;
  /** The item, from 0, with the target `page`, if the input was a list of items. */
  item?: number;
}

/** The output of `classify`. */
export interface Classification {
  /** The label that fits best: `other` if none fits. */
  label: string;
  /** From 0 to 1; `null` if the model does not reveal it. */
  score: number | null;
  /** All labels that fit, the likeliest first. With one label, other labels are listed if the model reveals their scores. */
  labels: { label: string; score: number | null }[];
  /** The page, with the target `page`. */
  page?: number;
  /** The item, from 0, with the target `item`. */
  item?: number;
  /** The text of the item, with the target `item`. */
  snippet?: string;
}

/** The part of a document that a value of `extract` describes. */
export type ExtractionTarget = 'document' | 'page' | 'row';

/** The parameters of `extract`. */
export interface ExtractParams {
  /** What to extract: a JSON Schema, or a Standard Schema that has one, such as zod 4, ArkType or valibot's with `toStandardJsonSchema`. */
  schema: JsonSchema | AnySchema;
  /** What a value describes: the document, each page, or each entity that the document lists. @default 'document' */
  target?: ExtractionTarget;
  /** `required`: a value that is not in the text becomes `null`. @default 'optional' */
  grounded?: 'optional' | 'required';
  /** The number of tokens of text in one request. @default 6000, or the endpoint's WINDOW */
  window?: number;
  /** The maximum number of requests for one file. @default 100 */
  maxRequests?: number;
  /** Instructions for the model, such as `Amounts are in euros`. At most 4000 characters. */
  instructions?: string;
  /** Whether to reuse a response for the same text, schema and model. @default true */
  cache?: boolean;
}

/** The parameters of `classify`. */
export interface ClassifyParams {
  /** Names, names with descriptions, or `{ name, description }`. */
  labels: readonly string[] | Readonly<Record<string, string>> | readonly { name: string; description?: string }[];
  /** Whether a text can have several labels. @default false */
  several?: boolean;
  /** What to label: the document, each page, or each item of the module before. @default 'document' */
  target?: 'document' | 'page' | 'item';
  /** Instructions for the model. At most 4000 characters. */
  instructions?: string;
  /** Whether to reuse a response for the same text, labels and model. @default true */
  cache?: boolean;
}

/** A value in which fields that are not in the text are `null`. */
type Found<T> = T extends readonly (infer Item)[]
  ? Found<Item>[]
  : T extends object
    ? { [K in keyof T]-?: undefined extends T[K] ? Found<Exclude<T[K], undefined>> | null : FoundField<T[K]> }
    : T;

type FoundField<T> = T extends readonly unknown[] ? Found<T> : Found<T> | null;

/** The output of `extract` with these parameters. */
export type ExtractionBy<Schema, Target> = Schema extends AnySchema
  ? ByTarget<Found<NonNullable<Schema['~standard']['types']>['input']>, Target>
  : ByTarget<Json, Target>;

type ByTarget<Value, Target> = Target extends 'page' | 'row' ? Extraction<Value>[] : Extraction<Value>;
