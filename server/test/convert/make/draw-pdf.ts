/** A page's content stream and the dictionaries of its annotations. */
interface DrawnPage {
  readonly content: string;
  readonly annotations?: readonly string[];
  /** Further entries of the page's dictionary. */
  readonly entries?: string;
}

interface DrawOptions {
  /** Further entries of the catalogue. */
  readonly catalogue?: string;
  /** Further objects, by their numbers, which start at 20. */
  readonly objects?: Readonly<Record<number, string | Uint8Array>>;
}

/** The fonts of every page: Helvetica, all of Unicode, Chinese and Japanese with CMaps outside the file, and one without a mapping. */
const fonts = '/Font << /F1 4 0 R /U 5 0 R /G 8 0 R /J 13 0 R /N 10 0 R >>';

const toUnicode = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
100 beginbfrange
${Array.from({ length: 100 }, (_, i) => bfRange(i)).join('\n')}
endbfrange
100 beginbfrange
${Array.from({ length: 100 }, (_, i) => bfRange(100 + i)).join('\n')}
endbfrange
56 beginbfrange
${Array.from({ length: 56 }, (_, i) => bfRange(200 + i)).join('\n')}
endbfrange
endcmap end end`;

function bfRange(high: number): string {
  const hex = high.toString(16).padStart(2, '0');
  return `<${hex}00> <${hex}FF> <${hex}00>`;
}

function cidFont(name: string, ordering: string): string {
  return (
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /DW 500 /FontDescriptor 7 0 R ` +
    `/CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 0 >> >>`
  );
}

/**
 * Returns a PDF with these pages, drawn with the fonts `/F1` (WinAnsi), `/U` (UTF-16), `/G` (GB by UCS-2), `/J` (Japanese by
 * UCS-2) and `/N` (no mapping).
 */
export function drawPdf(
  pages: readonly (string | DrawnPage)[],
  { catalogue = '', objects: more = {} }: DrawOptions = {},
): Buffer {
  const objects: (string | Uint8Array)[] = [
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${100 + 3 * i} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    'null',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 12 0 R >>',
    cidFont('Any', 'Identity'),
    '<< /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [9 0 R] >>',
    cidFont('STSong-Light', 'GB1').replace('CIDFontType2', 'CIDFontType0'),
    '<< /Type /Font /Subtype /Type0 /BaseFont /None /Encoding /Identity-H /DescendantFonts [11 0 R] >>',
    cidFont('None', 'Identity'),
    stream(toUnicode),
    '<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UCS2-H /DescendantFonts [14 0 R] >>',
    cidFont('HeiseiMin-W3', 'Japan1').replace('CIDFontType2', 'CIDFontType0'),
  ];
  for (const [number, object] of Object.entries(more)) objects[Number(number) - 1] = object;
  for (const [i, page] of pages.entries()) {
    const { content, annotations = [], entries = '' } = typeof page === 'string' ? { content: page } : page;
    objects[99 + 3 * i] =
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${101 + 3 * i} 0 R ` +
      `/Resources << ${fonts} /XObject << /Im 20 0 R >> >> /Annots [${annotations.join(' ')}] ${entries} >>`;
    objects[100 + 3 * i] = stream(content);
  }
  return assemblePdf(objects);
}

export function stream(content: string | Uint8Array, entries = ''): Buffer {
  const bytes = Buffer.from(content as string, 'latin1');
  return Buffer.concat([
    Buffer.from(`<< /Length ${bytes.length} ${entries} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

/** Draws text in Helvetica, by default at 12 points. */
export function text(x: number, y: number, content: string, size = 12): string {
  return `BT /F1 ${size} Tf ${x} ${y} Td (${content.replaceAll(/[()\\]/g, String.raw`\$&`)}) Tj ET\n`;
}

/** Draws lines one under another. */
export function linesAt(x: number, y: number, lines: readonly string[]): string {
  return lines.map((line, i) => text(x, y - 14 * i, line)).join('');
}

/** Draws any characters, each 6 points wide. */
export function unicode(x: number, y: number, content: string): string {
  return `BT /U 12 Tf ${x} ${y} Td <${utf16(content)}> Tj ET\n`;
}

export function utf16(content: string): string {
  return Buffer.from(content, 'utf16le').swap16().toString('hex');
}

/** Returns a PDF with these objects, numbered from 1. An undefined object becomes a free entry of the table. */
export function assemblePdf(objects: readonly (string | Uint8Array | undefined)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  let at = parts[0]?.length ?? 0;
  let table = '0000000000 65535 f \n';
  for (let i = 0; i < objects.length; i++) {
    const object = objects[i];
    if (object === undefined) {
      table += '0000000000 00000 f \n';
      continue;
    }
    const part = Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`),
      Buffer.from(object as string),
      Buffer.from('\nendobj\n'),
    ]);
    table += `${String(at).padStart(10, '0')} 00000 n \n`;
    parts.push(part);
    at += part.length;
  }
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
