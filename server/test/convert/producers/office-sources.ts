const namespaces = [
  ...['office', 'style', 'text', 'table', 'presentation'].map(
    (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  ),
  'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
  'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"',
  'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"',
  'xmlns:dc="http://purl.org/dc/elements/1.1/"',
].join(' ');

const table = (rows: readonly (readonly string[])[]): string => {
  const cell = (text: string): string => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`;
  const row = (cells: readonly string[]): string => `<table:table-row>${cells.map(cell).join('')}</table:table-row>`;
  return `<table:table><table:table-column table:number-columns-repeated="${rows[0]?.length ?? 1}"/>${rows.map(row).join('')}</table:table>`;
};

const power = [
  ['Wheel', 'Power', 'Year'],
  ['Undershot', '', '1790'],
  ['Overshot', '20.1', '1820'],
];

/** A flat OpenDocument text with a drop cap, a numbered list, a table, a footnote, and hidden and deleted text. */
export const letter = `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${namespaces} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
<style:style style:name="Cap" style:family="paragraph"><style:paragraph-properties><style:drop-cap style:lines="3" style:length="1"/></style:paragraph-properties></style:style>
<style:style style:name="Hidden" style:family="text"><style:text-properties text:display="none"/></style:style>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/><text:list-level-style-number text:level="2" style:num-suffix=")" style:num-format="a"/></text:list-style>
</office:automatic-styles>
<office:body><office:text>
<text:tracked-changes><text:changed-region xml:id="c1" text:id="c1"><text:deletion><office:change-info><dc:creator>A</dc:creator><dc:date>2024-01-01T00:00:00</dc:date></office:change-info><text:p>deleted</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:h text:outline-level="1">The mill at Müller’s café</text:h>
<text:p text:style-name="Cap">The first office finds five flat files.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>See the register.</text:p></text:note-body></text:note></text:p>
<text:p>The rent is <text:change text:change-id="c1"/>650 euros.<text:span text:style-name="Hidden"> Ask for 700.</text:span></text:p>
<text:list text:style-name="L"><text:list-item><text:p>Pay by the third.</text:p><text:list><text:list-item><text:p>In cash.</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Keep the receipt.</text:p></text:list-item></text:list>
${table(power)}
<text:p>הטחנה ליד הנהר.</text:p>
</office:text></office:body></office:document>`;

const slide = (name: string, shapes: string): string =>
  `<draw:page draw:name="${name}" draw:master-page-name="M">${shapes}</draw:page>`;
const frame = (y: number, content: string): string =>
  `<draw:frame svg:x="2cm" svg:y="${y}cm" svg:width="20cm" svg:height="3cm">${content}</draw:frame>`;
const box = (...paragraphs: readonly string[]): string =>
  `<draw:text-box>${paragraphs.map((text) => `<text:p>${text}</text:p>`).join('')}</draw:text-box>`;

/** A flat OpenDocument presentation with a title, a table, speaker notes and a second slide. */
export const talk = `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${namespaces} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:automatic-styles><style:page-layout style:name="P"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="M" style:page-layout-name="P"/></office:master-styles>
<office:body><office:presentation>
${slide('a', frame(2, box('The mill at Müller’s café')) + frame(8, table(power)) + `<presentation:notes>${frame(2, box('Remember to smile.'))}</presentation:notes>`)}
${slide('b', frame(2, box('First point', 'Second point')))}
</office:presentation></office:body></office:document>`;
