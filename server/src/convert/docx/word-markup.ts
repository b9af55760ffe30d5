export const toRunXml = (text: string): string => `<w:r><w:t>${escapeXml(text)}</w:t></w:r>`;
export const toParagraphXml = (line: string): string => `<w:p>${toRunXml(line)}</w:p>`;
export const toTextBoxXml = (line: string): string =>
  `<w:pict><v:textbox><w:txbxContent>${toParagraphXml(line)}</w:txbxContent></v:textbox></w:pict>`;

const entityByCharacter: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes text for XML. Characters that XML does not allow become spaces. */
export function escapeXml(text: string): string {
  return text.replaceAll(
    /[&<>"]|[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu,
    (character) => entityByCharacter[character] ?? ' ',
  );
}

const namespaces =
  ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"' +
  ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"';

/** Returns the XML of a part of a Word document. @param root The local name of the root element, such as `document`. */
export const toPartXml = (root: string, content: string): string => `<w:${root}${namespaces}>${content}</w:${root}>`;
