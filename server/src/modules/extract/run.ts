import type { Citation, Extraction as Extracted } from 'millrace/shared/types/extraction.js';
import { OutputFile } from '../../formats/output-file.js';
import { mapInOrder } from '../../models/map-in-order.js';
import { openModel } from '../../models/open-model.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { askWindow, type Extraction, type WindowResult } from './ask-window.js';
import { ParamError } from '../chat-params.js';
import { groundFields } from './grounding/ground-fields.js';
import type { Span } from './grounding/text-index.js';
import { fieldsOf, mergeFields, onlyPlaced, toField, valueOf, type Field } from './merge-fields.js';
import { readExtractParams, type ExtractParams } from './params.js';
import { leavesOf } from './schema/paths.js';
import { convertValue } from './response/convert-value.js';
import { readSource, type Source, type Unit } from './source.js';
import { warnOfConflict, warnOfFields } from './warn-of-fields.js';
import { TokenMeasure, windowsOf } from './windows.js';

/** Extracts the fields of a schema from a document, each with the passages and pages where it was found. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const params = readParams(context);
  const model = await openModel('extract', context);
  const source = await readSource(input, context);
  let requests = 0;
  let refused: Error | undefined;
  const extraction: Extraction = {
    model,
    params,
    source,
    measure: new TokenMeasure(source.text, params.window, model.windowCharacters),
    warn: context.warn,
    noteRefused: (error) => (refused ??= error),
    countRequest: () => {
      requests += 1;
      if (requests > params.maxRequests) throw tooManyRequests(params.maxRequests);
    },
  };
  const extracted =
    params.target === 'page' ? await extractPages(extraction, context) : await extractWhole(extraction, context);
  if (extracted.every(({ isRefused }) => isRefused) && refused) throw refused;
  const results: Extracted[] = [];
  let [fields, placed] = [0, 0];
  for (const { field, of = {}, isRefused } of extracted) {
    // a refused page is left out, with a warning
    if (isRefused && params.target === 'page') continue;
    const all = [...fieldsOf(field).values()].filter(({ value }) => value !== null);
    fields += all.length;
    placed += all.filter(({ places }) => places.length > 0).length;
    const used = params.isGroundingRequired ? onlyPlaced(field) : field;
    warnOfFields({ before: field, used, source, params, page: of.page }, context.warn);
    results.push(...toResults(used, source, params, of));
  }
  const path = await OutputFile.write('output.json', context, async (file) => {
    await file.write(JSON.stringify(params.target === 'document' ? results[0] : results));
  });
  return { path, facts: { num_lines: results.length, num_fields: fields, num_grounded: placed } };
}

function readParams({ params }: ModuleContext): ExtractParams {
  try {
    return readExtractParams(params);
  } catch (error) {
    if (error instanceof ParamError) throw new ModuleError(`${error.message}.`);
    throw error;
  }
}

/** A value, and its page or item if the target is `page`. */
interface ExtractedField {
  readonly field: Field;
  readonly of?: Pick<Unit, 'page' | 'item'>;
  /** Whether the endpoint has refused the whole text. */
  readonly isRefused: boolean;
}

async function extractWhole(extraction: Extraction, context: ModuleContext): Promise<ExtractedField[]> {
  const { source } = extraction;
  return [await extractSpan(extraction, { start: 0, end: source.text.length }, context)];
}

async function extractPages(extraction: Extraction, context: ModuleContext): Promise<ExtractedField[]> {
  const { units, text } = extraction.source;
  const pages = units.filter(({ start, end }) => text.slice(start, end).trim() !== '');
  checkRequests(pages.length, extraction);
  const fields: ExtractedField[] = [];
  const silent = { ...context, progress: () => undefined };
  const found = mapInOrder(pages, extraction.model.concurrency ?? 1, (page) => extractSpan(extraction, page, silent));
  for await (const extracted of found) {
    const { page, item } = pages[fields.length] ?? {};
    fields.push({ ...extracted, of: { ...(page !== undefined && { page }), ...(item !== undefined && { item }) } });
    context.progress(fields.length, pages.length);
  }
  return fields;
}

/** Extracts from a part of the text, in one window if it fits. */
async function extractSpan(extraction: Extraction, span: Span, context: ModuleContext): Promise<ExtractedField> {
  const { measure, source, params, model } = extraction;
  const planned = windowsOf(source, span, measure.windowCharacters);
  checkRequests(planned.length, extraction);
  const [first = span] = planned;
  const isWhole = planned.length === 1;
  context.progress(0, planned.length);
  const results = await askWindow(extraction, first, isWhole ? undefined : { number: 1, of: planned.length });
  if (!isWhole) {
    // split the rest again, because the endpoint has counted the tokens of the first window
    const rest = windowsOf(source, { start: (planned[1] ?? first).start, end: span.end }, measure.windowCharacters);
    checkRequests(1 + rest.length, extraction);
    const numbered = rest.map((window, i) => ({ window, part: { number: i + 2, of: rest.length + 1 } }));
    let done = 1;
    const asked = mapInOrder(numbered, model.concurrency ?? 1, ({ window, part }) =>
      askWindow(extraction, window, part),
    );
    for await (const more of asked) {
      results.push(...more);
      context.progress((done += 1), 1 + rest.length);
    }
  }
  const fields = results.map((result) => ground(result, extraction));
  const merged =
    fields.length === 0
      ? emptyField(params)
      : mergeFields(fields, (conflict) => warnOfConflict(conflict, source, context.warn));
  context.progress(planned.length, planned.length);
  if (results.some(({ isPart }) => isPart)) assertFits(merged, params);
  return { field: merged, isRefused: results.length === 0 };
}

/** Returns the value for a text that the endpoint has refused. */
function emptyField({ schema }: ExtractParams): Field {
  return toField(schema, convertValue(schema, schema.kind === 'list' ? [] : {}).value, new Map());
}

function ground({ span, value, quotes }: WindowResult, { source, params: { schema } }: Extraction): Field {
  const places = groundFields(source, [...leavesOf(schema, value)], quotes, span);
  return toField(schema, value, places);
}

function checkRequests(count: number, { params: { maxRequests } }: Extraction): void {
  if (count > maxRequests) throw tooManyRequests(maxRequests, count);
}

function tooManyRequests(max: number, count?: number): ModuleError {
  const got = count === undefined ? 'more' : `at least ${count}`;
  return new ModuleError(
    `Expected the file to need at most ${max} requests, got ${got}. Raise maxRequests, or the window if the model has room for it.`,
  );
}

function assertFits(field: Field, { check }: ExtractParams): void {
  const { faults } = check(valueOf(field));
  if (faults.length === 0) return;
  throw new ModuleError(
    `Expected the merged values of the document's parts to fit the schema, but they do not: ${faults
      .slice(0, 5)
      .map(({ message }) => message)
      .join('; ')}. ` + 'Change the schema, or use the target page or row.',
  );
}

function toResults(
  field: Field,
  source: Source,
  { target }: ExtractParams,
  of: NonNullable<ExtractedField['of']>,
): Extracted[] {
  if (target === 'row' && field.kind === 'list') return field.rows.map((row) => toResult(row, source));
  return [{ ...of, ...toResult(field, source) }];
}

function toResult(field: Field, source: Source): Extracted {
  const citations: [string, Citation[]][] = [];
  for (const [path, { value, places }] of fieldsOf(field)) {
    if (value !== null && places.length > 0) citations.push([path, places.map((place) => source.cite(place))]);
  }
  return { value: valueOf(field), citations: Object.fromEntries(citations) };
}
