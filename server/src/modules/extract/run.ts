import type { Citation, Extraction as Extracted } from 'millrace/shared/types/extraction.js';
import { TextOutput } from '../../formats/text-output.js';
import { mapInOrder } from '../../models/map-in-order.js';
import { openModel } from '../../models/open-model.js';
import { ModuleError, type ModuleContext, type ModuleInput, type ModuleOutput } from '../../module-contract/module.js';
import { extractWindow, type ExtractionContext, type WindowResult } from './extract-window.js';
import { ParamError } from '../chat-params.js';
import { groundFields } from './grounding/ground-fields.js';
import type { Span } from './grounding/text-index.js';
import { getScalars, mergeFields, replaceUngrounded, toField, getValue, type Field } from './merge-fields.js';
import { parseExtractParams, type ExtractParams } from './params.js';
import { listLeaves } from './schema/paths.js';
import { convertValue } from './response/convert-value.js';
import { readSource, type Source, type Unit } from './source.js';
import { warnAboutConflict, warnAboutFields } from './warn-about-fields.js';
import { WindowSizeEstimator, splitIntoWindows } from './windows.js';

/** Extracts the fields of a schema from a document, and cites the passages where each field was found. */
export async function run(input: ModuleInput, context: ModuleContext): Promise<ModuleOutput> {
  const params = readParams(context);
  const model = await openModel('extract', context);
  const source = await readSource(input, context);
  let requestCount = 0;
  let refusal: Error | undefined;
  const extraction: ExtractionContext = {
    model,
    params,
    source,
    windowSizeEstimator: new WindowSizeEstimator(source.text, params.windowTokens, model.windowCharacters),
    warn: context.warn,
    onRefused: (error) => (refusal ??= error),
    countRequest: () => {
      requestCount += 1;
      if (requestCount > params.maxRequests) throw createTooManyRequestsError(params.maxRequests);
    },
  };
  const extracted =
    params.target === 'page' ? await extractPages(extraction, context) : await extractDocument(extraction, context);
  if (extracted.every(({ isRefused }) => isRefused) && refusal) throw refusal;
  const results: Extracted[] = [];
  let [fieldCount, groundedCount] = [0, 0];
  for (const { field, unit = {}, isRefused } of extracted) {
    // skip a refused page, because a warning has already reported the refusal
    if (isRefused && params.target === 'page') continue;
    const values = [...getScalars(field).values()].filter(({ value }) => value !== null);
    fieldCount += values.length;
    groundedCount += values.filter(({ spans }) => spans.length > 0).length;
    const output = params.isGroundingRequired ? replaceUngrounded(field) : field;
    warnAboutFields({ extracted: field, output, source, params, page: unit.page }, context.warn);
    results.push(...toResults(output, source, params, unit));
  }
  const path = await TextOutput.write('output.json', context, async (file) => {
    await file.write(JSON.stringify(params.target === 'document' ? results[0] : results));
  });
  return { path, facts: { num_lines: results.length, num_fields: fieldCount, num_grounded: groundedCount } };
}

function readParams({ params }: ModuleContext): ExtractParams {
  try {
    return parseExtractParams(params);
  } catch (error) {
    if (error instanceof ParamError) throw new ModuleError(`${error.message}.`);
    throw error;
  }
}

/** An extracted value, with its page or item if the target is `page`. */
interface ExtractedField {
  readonly field: Field;
  readonly unit?: Pick<Unit, 'page' | 'item'>;
  /** Whether the endpoint refused the whole text of the document, page or item. */
  readonly isRefused: boolean;
}

async function extractDocument(extraction: ExtractionContext, context: ModuleContext): Promise<ExtractedField[]> {
  const { source } = extraction;
  return [await extractSpan(extraction, { start: 0, end: source.text.length }, context)];
}

async function extractPages(extraction: ExtractionContext, context: ModuleContext): Promise<ExtractedField[]> {
  const { units, text } = extraction.source;
  const pages = units.filter(({ start, end }) => text.slice(start, end).trim() !== '');
  checkRequestCount(pages.length, extraction);
  const fields: ExtractedField[] = [];
  const contextWithoutProgress = { ...context, progress: () => undefined };
  const extractedPages = mapInOrder(pages, extraction.model.concurrency ?? 1, (page) =>
    extractSpan(extraction, page, contextWithoutProgress),
  );
  for await (const extracted of extractedPages) {
    const { page, item } = pages[fields.length] ?? {};
    fields.push({ ...extracted, unit: { ...(page !== undefined && { page }), ...(item !== undefined && { item }) } });
    context.progress(fields.length, pages.length);
  }
  return fields;
}

/** Extracts a value from a span of the text. Splits the span into windows if it is too long for one window. */
async function extractSpan(extraction: ExtractionContext, span: Span, context: ModuleContext): Promise<ExtractedField> {
  const { windowSizeEstimator, source, params, model } = extraction;
  const windows = splitIntoWindows(source, span, windowSizeEstimator.windowCharacters);
  checkRequestCount(windows.length, extraction);
  const [first = span] = windows;
  const fitsInOneWindow = windows.length === 1;
  context.progress(0, windows.length);
  const results = await extractWindow(
    extraction,
    first,
    fitsInOneWindow ? undefined : { number: 1, total: windows.length },
  );
  if (!fitsInOneWindow) {
    // split the rest again, because the token count of the first window may have improved the estimate
    const rest = splitIntoWindows(
      source,
      { start: (windows[1] ?? first).start, end: span.end },
      windowSizeEstimator.windowCharacters,
    );
    checkRequestCount(1 + rest.length, extraction);
    const numbered = rest.map((window, i) => ({ window, part: { number: i + 2, total: rest.length + 1 } }));
    let doneCount = 1;
    const extracted = mapInOrder(numbered, model.concurrency ?? 1, ({ window, part }) =>
      extractWindow(extraction, window, part),
    );
    for await (const windowResults of extracted) {
      results.push(...windowResults);
      context.progress((doneCount += 1), 1 + rest.length);
    }
  }
  const fields = results.map((result) => groundResult(result, extraction));
  const merged =
    fields.length === 0
      ? createEmptyField(params)
      : mergeFields(fields, (conflict) => warnAboutConflict(conflict, source, context.warn));
  context.progress(windows.length, windows.length);
  if (results.some(({ isPart }) => isPart)) assertFitsSchema(merged, params);
  return { field: merged, isRefused: results.length === 0 };
}

/** Returns the field for a text that is blank or was refused: an empty list, or an object whose fields are null or empty lists. */
function createEmptyField({ schema }: ExtractParams): Field {
  return toField(schema, convertValue(schema, schema.kind === 'list' ? [] : {}).value, new Map());
}

function groundResult({ span, value, quotes }: WindowResult, { source, params: { schema } }: ExtractionContext): Field {
  const spans = groundFields(source, [...listLeaves(schema, value)], quotes, span);
  return toField(schema, value, spans);
}

function checkRequestCount(count: number, { params: { maxRequests } }: ExtractionContext): void {
  if (count > maxRequests) throw createTooManyRequestsError(maxRequests, count);
}

function createTooManyRequestsError(max: number, count?: number): ModuleError {
  const got = count === undefined ? 'more' : `at least ${count}`;
  return new ModuleError(
    `Expected the file to need at most ${max} requests, got ${got}. Raise maxRequests, or raise window if the model's context allows it.`,
  );
}

function assertFitsSchema(field: Field, { checkValue }: ExtractParams): void {
  const { violations } = checkValue(getValue(field));
  if (violations.length === 0) return;
  throw new ModuleError(
    `Expected the merged values of the document's parts to fit the schema, got violations: ${violations
      .slice(0, 5)
      .map(({ message }) => message)
      .join('; ')}. ` + 'Change the schema, or set target to page or row.',
  );
}

function toResults(
  field: Field,
  source: Source,
  { target }: ExtractParams,
  unit: NonNullable<ExtractedField['unit']>,
): Extracted[] {
  if (target === 'row' && field.kind === 'list') return field.rows.map((row) => toResult(row, source));
  return [{ ...unit, ...toResult(field, source) }];
}

function toResult(field: Field, source: Source): Extracted {
  const citations: [string, Citation[]][] = [];
  for (const [path, { value, spans }] of getScalars(field)) {
    if (value !== null && spans.length > 0) citations.push([path, spans.map((span) => source.cite(span))]);
  }
  return { value: getValue(field), citations: Object.fromEntries(citations) };
}
