import { Parser } from 'htmlparser2';
import { XmlNames } from './xml-names.js';
import { ModuleError } from '../../module-contract/module.js';

interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Maximum nesting depth. Real documents have about 30 levels. */
const maxDepth = 500;

/**
 * Parses a part of an Office document. The handler receives element and attribute names with the usual prefixes (`w:p`, `a:t`, `r:id`),
 * regardless of the prefixes that the part declares.
 *
 * @param kind The file type for error messages, such as `DOCX`.
 * @throws `ModuleError` if the part contains a document type declaration (which could define entities that expand exponentially), has too
 * many prefixes or levels of nesting, is truncated, or contains no elements.
 */
export function readXml(bytes: Buffer, kind: string, handler: XmlHandler): void {
  const names = new XmlNames();
  let depth = 0;
  const state = { hasElements: false, isAtEnd: false };
  const createDamagedError = (): ModuleError =>
    new ModuleError(`The ${kind} is damaged or cut off. Save it again, and send the new file.`);
  const parser = new Parser(
    {
      onopentag(tag, rawAttributes) {
        state.hasElements = true;
        depth++;
        if (depth > maxDepth) {
          throw new ModuleError(
            `The ${kind} could not be read: its elements are nested more than ${maxDepth} levels deep.`,
          );
        }
        const { name, attributes } = names.open(tag, rawAttributes);
        handler.open?.(name, attributes);
      },
      ontext: (text) => handler.text?.(text),
      onclosetag(name) {
        // `parser.end()` closes elements that are still open, so the part is truncated
        if (state.isAtEnd) throw createDamagedError();
        depth--;
        handler.close?.(names.close(name));
      },
      onprocessinginstruction(name) {
        if (name.startsWith('!')) throw new ModuleError(`Document type declarations are not allowed in a ${kind}.`);
      },
    },
    { xmlMode: true },
  );
  parser.write(new TextDecoder(detectEncoding(bytes)).decode(bytes));
  state.isAtEnd = true;
  parser.end();
  if (!state.hasElements) throw createDamagedError();
}

function detectEncoding(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
