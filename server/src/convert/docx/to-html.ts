import { ModuleError } from '../../module-contract/module.js';
import { toPartXml } from './word-markup.js';

/** Approximate maximum length of the XML of notes that are converted at once, in characters. */
const maxNotesLength = 1_000_000;

export interface HtmlChunk {
  readonly html: string;
  /** Number of symbols that were left out because no matching character is known. */
  readonly omittedSymbolCount: number;
}

/** Converts the content of a Word document's body to HTML. @throws `ModuleError` if mammoth cannot read the content. */
export function bodyToHtml(content: string): Promise<HtmlChunk> {
  return convert(new Map([['word/document.xml', toPartXml('document', `<w:body>${content}</w:body>`)]]));
}

/** Converts notes to numbered HTML lists. The numbering continues across lists. */
export async function* notesToHtml(notes: readonly string[]): AsyncGenerator<HtmlChunk> {
  for (let from = 0; from < notes.length;) {
    let to = from;
    for (let length = 0; to < notes.length && (to === from || length < maxNotesLength); to++)
      length += notes[to]?.length ?? 0;
    const ids = Array.from({ length: to - from }, (_, i) => from + i);
    const references = ids.map((id) => `<w:r><w:footnoteReference w:id="${id}"/></w:r>`).join('');
    const contents = ids.map((id) => `<w:footnote w:id="${id}">${notes[id]}</w:footnote>`).join('');
    const { html, omittedSymbolCount } = await convert(
      new Map([
        ['word/document.xml', toPartXml('document', `<w:body><w:p>${references}</w:p></w:body>`)],
        ['word/footnotes.xml', toPartXml('footnotes', contents)],
      ]),
    );
    const list = html.slice(html.indexOf('<ol>') + '<ol>'.length);
    yield {
      html: `<ol start="${from + 1}">${list.replaceAll(/ ?<a href="#footnote-ref-\d*">↑<\/a>/g, '')}`,
      omittedSymbolCount,
    };
    from = to;
  }
}

async function convert(parts: ReadonlyMap<string, string>): Promise<HtmlChunk> {
  const { default: mammoth } = await import('mammoth');
  // replaces mammoth's ZIP reader, which does not limit the decompressed size
  const file = { exists: (part: string) => parts.has(part), read: (part: string) => Promise.resolve(parts.get(part)) };
  try {
    const { value, messages } = await mammoth.convertToHtml({ file } as never, {
      ignoreEmptyParagraphs: false,
      includeDefaultStyleMap: false,
      includeEmbeddedStyleMap: false,
    });
    return {
      html: value,
      omittedSymbolCount: messages.filter(({ message }) => message.startsWith('A w:sym element')).length,
    };
  } catch (error) {
    throw new ModuleError('The DOCX is damaged. Save it again, and send the new file.', { cause: error });
  }
}
