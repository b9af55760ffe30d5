import { isObject } from 'millrace/shared/rules/format-value.js';
import { ModuleError } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import { htmlToText } from '../document/html-text.js';
import { defaultOcrOptions } from '../ocr/ocr-options.js';
import type { ConversionRequest } from './conversion-request.js';

type Part = Readonly<Record<string, unknown>>;

/**
 * The metadata fields with the reason why Tika could not read the whole document: first the field of Tika 2 and later, then that of Tika 1.
 */
const containerFailureFields = ['X-TIKA:EXCEPTION:container_exception', 'X-TIKA:EXCEPTION:runtime'];
/** The metadata fields with the reason why Tika could not read an embedded document. */
const embeddedFailureFields = ['X-TIKA:EXCEPTION:embedded_exception', 'X-TIKA:EXCEPTION:embedded_stream_exception'];
/** The metadata fields that are `true` if Tika left out parts because of its limits. */
const limitFields = ['X-TIKA:EXCEPTION:write_limit_reached', 'X-TIKA:EXCEPTION:embedded_resource_limit_reached'];

/** Tika's names for the values of the `ocr` parameter. `auto` is Tika's default and is not sent. */
const ocrStrategies = { auto: undefined, never: 'no_ocr', always: 'ocr_only' };

/**
 * Converts a document with Apache Tika and returns the text. Requests HTML from Tika to preserve table rows. The texts of embedded
 * documents, such as mail attachments, follow the text of the document.
 */
export async function convertWithTika(document: ConversionRequest): Promise<DocumentText> {
  const { client, bytes, context } = document;
  const response = await client.send('rmeta/html', { method: 'PUT', headers: buildHeaders(document), body: bytes });
  if (response.status === 404)
    throw client.createError('returned 404 (path not found). Check that baseUrl points to Tika');
  const parts = parseParts(response.body, document);
  const { maxTextBytes } = context.limits;
  const texts = parts.map((part) => htmlToText(findValue(part, ['X-TIKA:content']) ?? '', { maxTextBytes }).trim());
  checkDocument(parts[0] ?? {}, texts, document);
  parts.slice(1).forEach((part, i) => warnAboutPart(part, texts[i + 1] ?? '', document));
  if (parts.some((part) => limitFields.some((name) => String(part[name]) === 'true'))) {
    const message = 'The conversion endpoint left out parts of the document, because they exceed its limits.';
    context.warn({ code: 'partly-converted', message });
  }
  return { text: texts.filter((text) => text !== '').join('\n\n'), paragraphs: 'blank-lines' };
}

function buildHeaders({ fileName, apiKey, ocrOptions: { ocr, language } }: ConversionRequest): Record<string, string> {
  const strategy = ocrStrategies[ocr];
  return {
    accept: 'application/json',
    'content-disposition': `attachment; filename="${fileName}"`,
    ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    ...(strategy && { 'x-tika-pdfocrstrategy': strategy }),
    ...(language !== defaultOcrOptions.language && { 'x-tika-ocrlanguage': language }),
  };
}

function parseParts(body: Buffer, { client }: ConversionRequest): readonly Part[] {
  if (body.length === 0) throw client.createError('found no text in the document');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    parsed = undefined;
  }
  if (Array.isArray(parsed) && parsed.length > 0 && parsed.every(isObject)) return parsed;
  throw client.createError('did not return a Tika response. Check baseUrl and service');
}

/** Warns if the document was only partly read. @throws `ModuleError` if the document is password-protected, or if no text was found. */
function checkDocument(container: Part, texts: readonly string[], { client, context }: ConversionRequest): void {
  const exception = findValue(container, containerFailureFields);
  if (exception?.includes('EncryptedDocumentException')) {
    throw new ModuleError('The document is password-protected. Save it without a password, and send the new file.');
  }
  const reason = exception === undefined ? '' : client.sanitizeMessage(exception) || 'it gave no reason';
  if (texts.every((text) => text === '')) {
    throw client.createError(
      reason === '' ? 'found no text in the document' : `could not read the document: ${reason}`,
    );
  }
  if (reason === '') return;
  context.warn({
    code: 'partly-converted',
    message: `The conversion endpoint left out parts of the document: ${reason}.`,
  });
}

/** Warns if Tika could not read an embedded document, or if the embedded document is a picture without text. */
function warnAboutPart(part: Part, text: string, { client, context }: ConversionRequest): void {
  const exception = findValue(part, [...embeddedFailureFields, ...containerFailureFields]);
  const type = findValue(part, ['Content-Type']) ?? '';
  const name = findValue(part, ['resourceName']);
  if (exception !== undefined) {
    const reason = client.sanitizeMessage(exception) || 'it gave no reason';
    const message = `The conversion endpoint could not read a part of the document: ${reason}.`;
    context.warn({ code: 'part-left-out', message, part: name });
  } else if (text === '' && type.startsWith('image/')) {
    context.warn({ code: 'pictures-left-out', message: 'A picture in the document was left out.', part: name });
  }
}

/** Returns the value of the first field that contains a string. If a field has several values, only the first value counts. */
function findValue(part: Part, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value: unknown = Array.isArray(part[name]) ? (part[name] as unknown[])[0] : part[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}
