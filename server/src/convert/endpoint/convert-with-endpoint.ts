import { fileKinds, type FileKind } from 'millrace/shared/modules/file-kinds.js';
import { extensionOf } from 'millrace/shared/rules/files/file-name.js';
import type { ConversionSettings } from '../../module-contract/conversion-settings.js';
import { ModuleError } from '../../module-contract/module.js';
import type { DocumentText } from '../document-text.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import { ConversionClient, EndpointUnavailableError } from './conversion-client.js';
import { convertWithDocling } from './docling.js';
import type { ConversionContext } from './conversion-request.js';
import { convertWithTika } from './tika.js';

/**
 * Converts a document with the conversion endpoint.
 *
 * @returns The text, or `undefined` if the endpoint is unavailable and the server's own reader should be used instead.
 * @throws `ModuleError` if the endpoint cannot convert the document, or if the endpoint is unavailable and the settings or the file kind
 *   rule out the server's own reader.
 */
export async function convertWithEndpoint(
  bytes: Buffer,
  { kind, fileName, ocrOptions }: { kind: FileKind; fileName: string; ocrOptions: OcrOptions },
  conversion: ConversionSettings,
  context: ConversionContext,
): Promise<DocumentText | undefined> {
  const { service, apiKey, whenAway } = conversion;
  // not `maxTextBytes`, because the response contains the text as JSON, which can be larger than the text itself
  const client = new ConversionClient(conversion, context.signal, context.limits.maxExpandedBytes);
  const extension = extensionOf(fileName);
  const genericName = `document${kind.extensions.includes(extension) ? extension : (kind.extensions[0] ?? '')}`;
  context.progress(0, null, `waiting for the conversion endpoint (${service})`);
  const convert = { docling: convertWithDocling, tika: convertWithTika }[service];
  try {
    const text = await convert({ client, apiKey, bytes, fileName: genericName, ocrOptions, context });
    context.log?.(`The endpoint (${service}) converted the document.`, 'info');
    return text;
  } catch (error) {
    if (!(error instanceof EndpointUnavailableError) || whenAway === 'fail') throw error;
    if (!fileKinds.some(({ name: kindName }) => kindName === kind.name)) {
      throw new ModuleError(`${error.message} Without the endpoint, this server cannot read ${kind.name} files.`, {
        retryAfterSeconds: error.retryAfterSeconds,
      });
    }
    const message = `The server's own reader read the document, because the endpoint was unavailable. ${error.message}`;
    context.warn({ code: 'read-by-fallback', message });
    return undefined;
  }
}
