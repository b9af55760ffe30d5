import { isObject } from 'millrace/shared/rules/format-value.js';
import type { DocumentText } from '../document-text.js';
import { markdownToText } from '../document/markdown-text.js';
import type { HttpResponse } from '../../system/send-http-request.js';
import type { ConversionRequest } from './conversion-request.js';

/** The placeholder that docling writes for a picture. */
const picturePlaceholder = '<!-- image -->';
const maxShownErrors = 3;

/**
 * Converts a document to Markdown with docling-serve and returns the text. Releases of docling-serve before 1.0 use the path `v1alpha`.
 */
export async function convertWithDocling(document: ConversionRequest): Promise<DocumentText> {
  const { client, apiKey, context } = document;
  const form = await encodeForm(document);
  const headers = { accept: 'application/json', 'content-type': form.type, ...(apiKey && { 'x-api-key': apiKey }) };
  const request = { method: 'POST', headers, body: form.body } as const;
  let response = await client.send('v1/convert/file', request);
  if (isMissingPath(response)) response = await client.send('v1alpha/convert/file', request);
  const markdown = parseMarkdown(response, document);
  const pictureCount = markdown.split(picturePlaceholder).length - 1;
  if (pictureCount > 0) {
    const subject =
      pictureCount === 1 ? 'A picture in the document was' : `${pictureCount} pictures in the document were`;
    context.warn({
      code: 'pictures-left-out',
      message: `${subject} left out. Send each image as a separate file, and process it with ocr.`,
    });
  }
  return markdownToText(markdown, { maxTextBytes: context.limits.maxTextBytes, warn: context.warn });
}

async function encodeForm({ bytes, fileName, ocrOptions }: ConversionRequest): Promise<{ type: string; body: Buffer }> {
  const form = new FormData();
  form.set('to_formats', 'md');
  form.set('image_export_mode', 'placeholder');
  form.set('abort_on_error', 'false');
  form.set('do_ocr', String(ocrOptions.ocr !== 'never'));
  form.set('force_ocr', String(ocrOptions.ocr === 'always'));
  form.set('files', new Blob([new Uint8Array(bytes)]), fileName);
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? '', body: Buffer.from(await encoded.arrayBuffer()) };
}

/** Returns whether docling-serve does not have the requested path. A failed conversion also returns 404, but with a different `detail`. */
function isMissingPath({ status, body }: HttpResponse): boolean {
  return status === 404 && !/"detail"\s*:\s*"(?!Not Found")/.test(body.toString('utf8', 0, 1000));
}

function parseMarkdown({ status, body }: HttpResponse, { client, context }: ConversionRequest): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    parsed = undefined;
  }
  if (status === 404) {
    const detail = client.sanitizeMessage(isObject(parsed) ? parsed['detail'] : undefined);
    throw client.createError(
      isMissingPath({ status, body, headers: {} })
        ? 'returned 404 (path not found). Check that baseUrl points to docling-serve'
        : `did not convert the document (404: ${detail}). See the log of docling-serve`,
    );
  }
  const document = isObject(parsed) ? parsed['document'] : undefined;
  const conversionStatus = isObject(parsed) ? parsed['status'] : undefined;
  if (!isObject(parsed) || !isObject(document) || typeof conversionStatus !== 'string') {
    throw client.createError('did not return a docling-serve response. Check baseUrl and service');
  }
  const errors = parseErrors(parsed['errors'], client);
  if (conversionStatus !== 'success' && conversionStatus !== 'partial_success') {
    throw client.createError(
      `did not convert the document (${[client.sanitizeMessage(conversionStatus), ...errors].join(': ')})`,
    );
  }
  if (conversionStatus === 'partial_success' || errors.length > 0) {
    context.warn({
      code: 'partly-converted',
      message: `The conversion endpoint left out parts of the document: ${errors.join('; ') || 'it does not say which'}.`,
    });
  }
  const markdown = document['md_content'];
  if (typeof markdown === 'string' && markdown.replaceAll(picturePlaceholder, '').trim() !== '') return markdown;
  throw client.createError('found no text in the document');
}

/** Returns the first error messages. If there are more, the last item says how many, such as `and 2 more`. */
function parseErrors(value: unknown, client: ConversionRequest['client']): string[] {
  const all = Array.isArray(value) ? (value as unknown[]) : [];
  const messages = all.flatMap((error) =>
    isObject(error) ? client.sanitizeMessage(error['error_message']) || [] : [],
  );
  const more = messages.length - maxShownErrors;
  return [...messages.slice(0, maxShownErrors), ...(more > 0 ? [`and ${more} more`] : [])];
}
