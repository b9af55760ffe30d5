export const writeRun = (text: string): string => `<w:r><w:t>${escapeXml(text)}</w:t></w:r>`;
export const writeParagraph = (line: string): string => `<w:p>${writeRun(line)}</w:p>`;
export const writeTextBox = (line: string): string =>
  `<w:pict><v:textbox><w:txbxContent>${writeParagraph(line)}</w:txbxContent></v:textbox></w:pict>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for XML. Characters that XML does not allow become spaces. */
export function escapeXml(text: string): string {
  return text.replaceAll(
    /[&<>"]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    (character) => entities[character] ?? ' ',
  );
}

const namespaces =
  ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"' +
  ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';

/** Returns the XML of a part of a Word document. @param root The local name of the root element, such as `document`. */
export const writePart = (root: string, content: string): string => `<w:${root}${namespaces}>${content}</w:${root}>`;
