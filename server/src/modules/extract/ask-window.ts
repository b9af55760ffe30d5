import { isObject, showValue } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { JsonResponse, Models } from '../../module-contract/model-interfaces.js';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import { RefusedTextError } from '../../models/refused-text.js';
import type { Quotes } from './grounding/ground-fields.js';
import type { Span } from './grounding/text-index.js';
import type { ExtractParams } from './params.js';
import { convertValue, type Unclear } from './response/convert-value.js';
import { instructionOf, objectionTo, type Part } from './response/instruction.js';
import { readJson, WrittenNumber } from './response/read-json.js';
import { showPath } from './schema/paths.js';
import { responseSchema } from './schema/strict-schema.js';
import type { Source } from './source.js';
import { halves, type TokenMeasure } from './windows.js';

/** The value that a model has extracted from a window. */
export interface WindowResult {
  readonly span: Span;
  readonly value: Json;
  readonly quotes: readonly Quotes[];
  /** Whether the window is a part of a document or page, so that the value may have fewer entries than the schema requires. */
  readonly isPart: boolean;
}

export interface Extraction {
  readonly model: Models['extract'];
  readonly params: ExtractParams;
  readonly source: Source;
  readonly measure: TokenMeasure;
  readonly warn: Warn;
  /** Records that a part of the document was refused. */
  readonly noteRefused: (error: RefusedTextError) => void;
  /** Counts a request. @throws `ModuleError` if there are too many requests for the file. */
  readonly countRequest: () => void;
}

interface ReadResponse {
  readonly value: Json;
  readonly quotes: readonly Quotes[];
  readonly unclear: readonly Unclear[];
  readonly faults: readonly string[];
}

/** Maximum number of characters per token. If there are more, the endpoint has not read all of the text. */
const maxPerToken = 12;
/** Minimum number of tokens for this check. A smaller number is not a count of the text's tokens. */
const minCountedTokens = 256;
/** Maximum length of the response that is repeated in a request to correct it, in characters. */
const maxRepeated = 20_000;

/**
 * Extracts from a window in one request, and one more if the response cannot be used. A window that is too long for the endpoint, or
 * whose response is cut off, is split into halves. A refused window is left out if the document has other windows.
 *
 * @param part The part that the window is, if it is not the whole document or page.
 */
export async function askWindow(extraction: Extraction, span: Span, part: Part | undefined): Promise<WindowResult[]> {
  const { params, source, warn } = extraction;
  const text = source.text.slice(span.start, span.end);
  if (text.trim() === '') return [];
  const inHalves = async (): Promise<WindowResult[] | undefined> => {
    const parts = halves(source, span);
    if (!parts || parts.length < 2) return undefined;
    const results: WindowResult[] = [];
    for (const half of parts)
      results.push(...(await askWindow(extraction, half, part ?? { number: 1, of: undefined })));
    return results;
  };
  try {
    return await ask(extraction, { span, text, part, inHalves });
  } catch (error) {
    if (!(error instanceof RefusedTextError)) throw error;
    const results = error.isTooLong ? await inHalves() : undefined;
    if (results) return results;
    const canBeLeftOut = part !== undefined || params.target === 'page';
    if (!canBeLeftOut) throw error;
    const page = source.units.find(({ start, end }) => span.start >= start && span.start < end)?.page;
    warn({
      code: 'text-refused',
      message: `A part of the document is left out: ${text.trim().slice(0, 60)}… ${error.message}`,
      ...(page !== undefined && { page }),
    });
    extraction.noteRefused(error);
    return [];
  }
}

interface Window {
  readonly span: Span;
  readonly text: string;
  readonly part: Part | undefined;
  /** Extracts from both halves of the window. @returns `undefined` if the window is too short to split. */
  readonly inHalves: () => Promise<WindowResult[] | undefined>;
}

/** Sends the requests for a window. @throws `RefusedTextError` if a request is refused. */
async function ask(extraction: Extraction, { span, text, part, inHalves }: Window): Promise<WindowResult[]> {
  const { model, params, measure, warn, countRequest } = extraction;
  const instruction = instructionOf(params, part);
  const request = { instruction, text, schema: responseSchema(params.schema), usesCache: params.usesCache };
  countRequest();
  const response = await model.respond(request);
  const characters = instruction.length + text.length;
  const isTextCut = response.inputTokens >= minCountedTokens && characters / response.inputTokens > maxPerToken;
  if (isTextCut || response.isCut) {
    const results = await inHalves();
    if (results) return results;
  } else measure.learn(characters, response.inputTokens);
  const read = (given: JsonResponse) => readResponse(given.text, params, part !== undefined);
  let used = read(response);
  if (typeof used === 'string' || used.faults.length + used.unclear.length > 0) {
    const first = used;
    countRequest();
    const objection = objectionTo(
      typeof first === 'string' ? [first] : [...first.faults, ...first.unclear.map(describeUnclear)],
    );
    const second = await model.respond({ ...request, after: [response.text.slice(0, maxRepeated), objection] });
    used = read(second);
    if (typeof used === 'string' || used.faults.length > 0) throw unusable(used, second.text);
    await second.keep();
    if (second.isCut) warnOfCut(warn);
  } else if (response.isCut) warnOfCut(warn);
  await response.keep();
  if (isTextCut) {
    warn({
      code: 'text-cut',
      message: `The endpoint has read ${response.inputTokens} tokens of ${characters} characters, so probably not all of the text. Set a smaller window.`,
    });
  }
  for (const unclear of used.unclear) {
    const message = `${showPath(unclear.path)} is null, because ${showValue(unclear.value)} cannot be read as ${unclear.expected} with one meaning.`;
    warn({ code: 'not-converted', message });
  }
  return [{ span, value: used.value, quotes: used.quotes, isPart: part !== undefined }];
}

/** Reads a response. @returns An error message if the response is not the requested JSON. */
function readResponse(text: string, { schema, check }: ExtractParams, isPart: boolean): ReadResponse | string {
  const names = schema.kind === 'object' ? [...schema.fields.keys()] : [];
  const whole = readJson(text, ['value', 'citations']);
  // some models return the value alone
  const json = isObject(whole?.value) && 'value' in whole.value ? whole.value : { value: readJson(text, names)?.value };
  const { value: given, citations } = json as { value?: unknown; citations?: unknown };
  if (given === undefined) return 'It is not a JSON object with the fields "value" and "citations".';
  if (given instanceof WrittenNumber || (given !== null && typeof given !== 'object')) {
    const shown = showValue(given instanceof WrittenNumber ? given.value : given);
    return `"value" is ${shown}, which does not fit its JSON Schema.`;
  }
  const { value, unclear } = convertValue(schema, given);
  const { faults } = check(value);
  const unclearPaths = unclear.map(({ path }) => showPath(path));
  return {
    value,
    unclear,
    quotes: readQuotes(citations),
    // a part of a document can have fewer entries than the document
    faults: faults
      .filter(({ isTooFew }) => !(isPart && isTooFew))
      .map(({ message }) => message)
      .filter((fault) => !unclearPaths.some((path) => fault.startsWith(`${path}:`))),
  };
}

/** Reads the list of quotations, or an object with the quotations by field. */
function readQuotes(citations: unknown): Quotes[] {
  const listOf = (value: unknown): string[] =>
    [value].flat().flatMap((quote) => {
      if (typeof quote === 'string') return [quote];
      const inner = isObject(quote) ? (quote['quote'] ?? quote['text']) : undefined;
      return typeof inner === 'string' ? [inner] : [];
    });
  if (isObject(citations))
    return Object.entries(citations).map(([field, quotes]) => ({ field, quotes: listOf(quotes) }));
  return (Array.isArray(citations) ? (citations as unknown[]) : []).flatMap((entry) => {
    if (!isObject(entry) || typeof entry['field'] !== 'string') return [];
    return [{ field: entry['field'], quotes: listOf(entry['quotes'] ?? entry['quote']) }];
  });
}

function describeUnclear({ path, value, expected }: Unclear): string {
  return `${showPath(path) || 'value'}: ${showValue(value)} is not ${expected}, or has several meanings`;
}

function unusable(read: ReadResponse | string, text: string): ModuleError {
  const reason = typeof read === 'string' ? read : read.faults.slice(0, 5).join('; ');
  return new ModuleError(
    `Expected the model to return JSON that fits the schema, got something else, also from a second request. ${reason} ` +
      `Its response begins with ${showValue(text)}. Use a larger model, or a simpler schema.`,
  );
}

function warnOfCut(warn: Warn): void {
  const message =
    "The model's response was cut off, so values may be missing. Raise the endpoint's token limit, or set a smaller window.";
  warn({ code: 'response-cut', message });
}
