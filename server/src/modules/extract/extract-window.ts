import { isObject, formatValue } from 'millrace/shared/rules/format-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { JsonResponse, Models } from '../../module-contract/model-interfaces.js';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import { RefusedTextError } from '../../models/refused-text.js';
import type { FieldQuotes } from './grounding/ground-fields.js';
import type { Span } from './grounding/text-index.js';
import type { ExtractParams } from './params.js';
import { convertValue, type UnconvertedValue } from './response/convert-value.js';
import { buildInstruction, buildCorrectionRequest, type Part } from './response/instruction.js';
import { parseLenientJson, NumberLiteral } from './response/parse-lenient-json.js';
import { formatPath } from './schema/paths.js';
import { createResponseSchema } from './schema/strict-schema.js';
import type { Source } from './source.js';
import { splitIntoSmallerWindows, type WindowSizeEstimator } from './windows.js';

/** The value and quotations that the model returned for a window. */
export interface WindowResult {
  readonly span: Span;
  readonly value: Json;
  readonly quotes: readonly FieldQuotes[];
  /** Whether the window is only part of a document, page or item. If so, lists in `value` can have fewer items than the schema requires. */
  readonly isPart: boolean;
}

/** The settings and state that all windows of a run share. */
export interface ExtractionContext {
  readonly model: Models['extract'];
  readonly params: ExtractParams;
  readonly source: Source;
  readonly windowSizeEstimator: WindowSizeEstimator;
  readonly warn: Warn;
  /** Called when a window is skipped because the endpoint refused it. */
  readonly onRefused: (error: RefusedTextError) => void;
  /** Counts a request. @throws `ModuleError` if the count exceeds `maxRequests`. */
  readonly countRequest: () => void;
}

interface ParsedResponse {
  readonly value: Json;
  readonly quotes: readonly FieldQuotes[];
  readonly unconverted: readonly UnconvertedValue[];
  readonly violations: readonly string[];
}

/** If a token count implies more characters per token than this, the endpoint probably truncated the text. */
const maxCharactersPerToken = 12;
/** The minimum token count for the truncation check. A lower count might not include the tokens of the text. */
const minTokensToCheck = 256;
/** The maximum number of characters of a rejected response to send back for correction. */
const maxRejectedLength = 20_000;

/**
 * Extracts a value from a window. Asks the model for a correction if the first response does not fit the schema or has ambiguous values.
 * If the endpoint cannot read the whole window or cuts off the response, extracts values from smaller windows, unless the window is too
 * short to split. Skips a refused window with a warning, unless the window is the whole document.
 *
 * @param part The part of the document, page or item that contains the window. `undefined` if the window is the whole text.
 */
export async function extractWindow(
  extraction: ExtractionContext,
  span: Span,
  part: Part | undefined,
): Promise<WindowResult[]> {
  const { params, source, warn } = extraction;
  const text = source.text.slice(span.start, span.end);
  if (text.trim() === '') return [];
  const extractSmallerWindows = async (): Promise<WindowResult[] | undefined> => {
    const smaller = splitIntoSmallerWindows(source, span);
    if (!smaller || smaller.length < 2) return undefined;
    const results: WindowResult[] = [];
    for (const window of smaller)
      results.push(...(await extractWindow(extraction, window, part ?? { number: 1, total: undefined })));
    return results;
  };
  try {
    return await requestValue(extraction, { span, text, part, extractSmallerWindows });
  } catch (error) {
    if (!(error instanceof RefusedTextError)) throw error;
    const results = error.isTooLong ? await extractSmallerWindows() : undefined;
    if (results) return results;
    const canSkip = part !== undefined || params.target === 'page';
    if (!canSkip) throw error;
    const page = source.units.find(({ start, end }) => span.start >= start && span.start < end)?.page;
    warn({
      code: 'text-refused',
      message: `A part of the document was left out: ${text.trim().slice(0, 60)}… ${error.message}`,
      ...(page !== undefined && { page }),
    });
    extraction.onRefused(error);
    return [];
  }
}

interface Window {
  readonly span: Span;
  readonly text: string;
  readonly part: Part | undefined;
  /** Extracts a value from each of several smaller windows. @returns `undefined` if the window is too short to split. */
  readonly extractSmallerWindows: () => Promise<WindowResult[] | undefined>;
}

/** Requests a value for a window, and a correction if necessary. @throws `RefusedTextError` if the endpoint refuses a request. */
async function requestValue(
  extraction: ExtractionContext,
  { span, text, part, extractSmallerWindows }: Window,
): Promise<WindowResult[]> {
  const { model, params, windowSizeEstimator, warn, countRequest } = extraction;
  const instruction = buildInstruction(params, part);
  const request = { instruction, text, schema: createResponseSchema(params.schema), usesCache: params.usesCache };
  countRequest();
  const response = await model.respond(request);
  const characters = instruction.length + text.length;
  const isInputTruncated =
    response.inputTokens >= minTokensToCheck && characters / response.inputTokens > maxCharactersPerToken;
  if (isInputTruncated || response.isTruncated) {
    const results = await extractSmallerWindows();
    if (results) return results;
  } else windowSizeEstimator.update(characters, response.inputTokens);
  const parse = ({ text: responseText }: JsonResponse) => parseResponse(responseText, params, part !== undefined);
  let result = parse(response);
  if (typeof result === 'string' || result.violations.length + result.unconverted.length > 0) {
    const firstResult = result;
    countRequest();
    const correctionRequest = buildCorrectionRequest(
      typeof firstResult === 'string'
        ? [firstResult]
        : [...firstResult.violations, ...firstResult.unconverted.map(describeUnconverted)],
    );
    const correction = await model.respond({
      ...request,
      rejected: [response.text.slice(0, maxRejectedLength), correctionRequest],
    });
    result = parse(correction);
    if (typeof result === 'string' || result.violations.length > 0)
      throw createUnusableResponseError(result, correction.text);
    await correction.cache();
    if (correction.isTruncated) warnAboutTruncation(warn);
  } else if (response.isTruncated) warnAboutTruncation(warn);
  await response.cache();
  if (isInputTruncated) {
    warn({
      code: 'text-cut',
      message: `The endpoint counted only ${response.inputTokens} tokens in ${characters} characters, so it probably did not read all of the text. Set a smaller window.`,
    });
  }
  for (const { path, value, expected } of result.unconverted) {
    const message = `${formatPath(path)} is null, because ${formatValue(value)} is not ${expected}, or is ambiguous.`;
    warn({ code: 'not-converted', message });
  }
  return [{ span, value: result.value, quotes: result.quotes, isPart: part !== undefined }];
}

/** Parses a response. @returns An error message if the response is not the requested JSON. */
function parseResponse(text: string, { schema, checkValue }: ExtractParams, isPart: boolean): ParsedResponse | string {
  const names = schema.kind === 'object' ? [...schema.fields.keys()] : [];
  const response = parseLenientJson(text, ['value', 'citations']);
  // some models return only the value
  const json =
    isObject(response?.value) && 'value' in response.value
      ? response.value
      : { value: parseLenientJson(text, names)?.value };
  const { value: rawValue, citations } = json as { value?: unknown; citations?: unknown };
  if (rawValue === undefined) return 'The response is not a JSON object with the fields "value" and "citations".';
  if (rawValue instanceof NumberLiteral || (rawValue !== null && typeof rawValue !== 'object')) {
    const shown = formatValue(rawValue instanceof NumberLiteral ? rawValue.value : rawValue);
    return `"value" is ${shown}, which does not fit its JSON Schema.`;
  }
  const { value, unconverted } = convertValue(schema, rawValue);
  const { violations } = checkValue(value);
  const unconvertedPaths = unconverted.map(({ path }) => formatPath(path));
  return {
    value,
    unconverted,
    quotes: parseQuotes(citations),
    // the minimum length of a list applies to the merged list, not to the list from each part
    violations: violations
      .filter(({ hasTooFewItems }) => !(isPart && hasTooFewItems))
      .map(({ message }) => message)
      .filter((violation) => !unconvertedPaths.some((path) => violation.startsWith(`${path}:`))),
  };
}

/** Reads the quotations from citations, which can be a list of entries or an object with field paths as keys. */
function parseQuotes(citations: unknown): FieldQuotes[] {
  const toQuotes = (value: unknown): string[] =>
    [value].flat().flatMap((quote) => {
      if (typeof quote === 'string') return [quote];
      const inner = isObject(quote) ? (quote['quote'] ?? quote['text']) : undefined;
      return typeof inner === 'string' ? [inner] : [];
    });
  if (isObject(citations))
    return Object.entries(citations).map(([field, quotes]) => ({ field, quotes: toQuotes(quotes) }));
  return (Array.isArray(citations) ? (citations as unknown[]) : []).flatMap((entry) => {
    if (!isObject(entry) || typeof entry['field'] !== 'string') return [];
    return [{ field: entry['field'], quotes: toQuotes(entry['quotes'] ?? entry['quote']) }];
  });
}

function describeUnconverted({ path, value, expected }: UnconvertedValue): string {
  return `${formatPath(path) || 'value'}: ${formatValue(value)} is not ${expected}, or has several meanings`;
}

function createUnusableResponseError(result: ParsedResponse | string, text: string): ModuleError {
  const reason = typeof result === 'string' ? result : result.violations.slice(0, 5).join('; ');
  return new ModuleError(
    `Expected the model to return JSON that fits the schema, got something else in two responses. ${reason} ` +
      `The second response begins with ${formatValue(text)}. Use a larger model or a simpler schema.`,
  );
}

function warnAboutTruncation(warn: Warn): void {
  const message =
    "The model's response was cut off, so values may be missing. Raise the endpoint's token limit, or set a smaller window.";
  warn({ code: 'response-cut', message });
}
