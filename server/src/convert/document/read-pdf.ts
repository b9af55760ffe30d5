import { ModuleError } from '../../module-contract/module.js';
import { textTooLarge } from './lines.js';

/**
 * Returns a PDF's text, line by line and page by page.
 *
 * @throws `ModuleError` if the PDF requires a password, is corrupt, or contains no text (as in a scan).
 */
export async function readPdf(bytes: Uint8Array, maxTextBytes: number, signal?: AbortSignal): Promise<string> {
  const { getDocumentProxy } = await import('unpdf');
  const pages: string[] = [];
  let length = 0;
  try {
    const pdf = await getDocumentProxy(bytes, { verbosity: 0, isEvalSupported: false });
    for (let number = 1; number <= pdf.numPages; number++) {
      signal?.throwIfAborted();
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
      page.cleanup();
      length += Buffer.byteLength(text) + 1;
      if (length > maxTextBytes) throw textTooLarge(maxTextBytes);
      pages.push(text.trimEnd());
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw describeFailure(error);
  }
  const text = pages.join('\n');
  if (text.trim() === '') {
    throw new ModuleError(
      'The PDF contains no text, because its pages are scanned images. Save the pages as PNG or JPEG, and process them with ocr.',
    );
  }
  return text;
}

function describeFailure(error: unknown): unknown {
  if (error instanceof ModuleError || !(error instanceof Error)) return error;
  if (error.name === 'PasswordException') {
    return new ModuleError('The PDF is password-protected. Send a copy without a password.');
  }
  return new ModuleError('The PDF is damaged or cut off. Save it again, and send the new file.');
}
