/** Return WordprocessingML with one text: a run, a paragraph or a text box. */
export const runOf = (text: string): string => `<w:r><w:t>${escapeXml(text)}</w:t></w:r>`;
export const paragraphOf = (line: string): string => `<w:p>${runOf(line)}</w:p>`;
export const boxOf = (line: string): string =>
  `<w:pict><v:textbox><w:txbxContent>${paragraphOf(line)}</w:txbxContent></v:textbox></w:pict>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for XML. Characters that XML does not allow become spaces. */
export function escapeXml(text: string): string {
  return text.replaceAll(
    /[&<>"]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    (found) => entities[found] ?? ' ',
  );
}

const declarations =
  ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"' +
  ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';

/** Returns the XML of a part of a Word document, such as `document`. */
export const wordPart = (name: string, content: string): string => `<w:${name}${declarations}>${content}</w:${name}>`;
