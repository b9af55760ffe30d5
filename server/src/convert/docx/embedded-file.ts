import { posix } from 'node:path';
import type { ModuleLimits, Warn } from '../../module-contract/module.js';
import { htmlToText } from '../document/html-text.js';
import { decodeText } from '../encoding/decode-text.js';

interface Context {
  readonly limits: Pick<ModuleLimits, 'maxTextBytes'>;
  readonly warn: Warn;
}

/**
 * Returns the lines of an HTML, MIME or text file that is embedded in a Word document (`w:altChunk`). If the file is missing or
 * cannot be read as one of these types, warns and returns no lines.
 */
export async function readEmbeddedLines(path: string, bytes: Buffer | undefined, context: Context): Promise<string[]> {
  const text = bytes && (await readEmbeddedText(path, bytes, context));
  if (text !== undefined) return text.split('\n');
  const message = 'An embedded file was left out because it is missing, or is neither a web page nor plain text.';
  context.warn({ code: 'part-left-out', message, part: path });
  return [];
}

async function readEmbeddedText(
  path: string,
  bytes: Buffer,
  { limits: { maxTextBytes }, warn }: Context,
): Promise<string | undefined> {
  const extension = posix.extname(path).toLowerCase();
  if (['.mht', '.mhtml', '.eml'].includes(extension) || /^MIME-Version:/i.test(bytes.toString('latin1', 0, 100))) {
    const { default: PostalMime } = await import('postal-mime');
    const { html, text } = await PostalMime.parse(bytes);
    return html === undefined ? text : htmlToText(html, { maxTextBytes });
  }
  if (!['.html', '.htm', '.xhtml', '.txt'].includes(extension)) return undefined;
  const declaredEncoding = /charset\s*=\s*["']?([\w.:-]+)/i.exec(bytes.toString('latin1', 0, 2048))?.[1];
  const decoded = await decodeText(bytes, { declaredEncoding, warn: (warning) => warn({ ...warning, part: path }) });
  if ('binaryKind' in decoded) return undefined;
  return extension === '.txt' ? decoded.text.replaceAll(/\r\n?/g, '\n') : htmlToText(decoded.text, { maxTextBytes });
}
