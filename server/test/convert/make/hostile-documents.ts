import { deflateSync } from 'node:zlib';
import { assemblePdf, drawPdf, stream, text } from './draw-pdf.js';
import { makeZip } from './make-documents.js';

/** Returns a PDF whose page tree has this many levels, with one page at the deepest level. */
export function deepPageTree(levels: number): Buffer {
  const nodes = Array.from({ length: levels }, (_, i) => `<< /Type /Pages /Count 1 /Kids [${i + 3} 0 R] >>`);
  const page = `<< /Type /Page /MediaBox [0 0 612 792] /Parent ${levels + 1} 0 R >>`;
  return assemblePdf(['<< /Type /Catalog /Pages 2 0 R >>', ...nodes, page]);
}

/** Returns a PDF whose outlines, form field, and drawn group each refer to themselves. */
export function cyclicPdf(): Buffer {
  const group = '/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /Im 20 0 R >> >>';
  const field = '/Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (Flour) /Rect [72 600 200 620]';
  return drawPdf(
    [{ content: `${text(72, 700, 'The mill stands.')} /Im Do`, annotations: ['21 0 R'], entries: '/Parent 100 0 R' }],
    {
      catalogue: '/Outlines 22 0 R /AcroForm << /Fields [21 0 R] >>',
      objects: {
        20: stream('/Im Do', group),
        21: `<< ${field} /Kids [21 0 R] /Parent 21 0 R >>`,
        22: '<< /Type /Outlines /First 23 0 R /Last 23 0 R /Count 1 >>',
        23: '<< /Title (a) /Parent 22 0 R /Next 23 0 R /Prev 23 0 R /First 23 0 R /Last 23 0 R /Count 1 >>',
      },
    },
  );
}

/** Returns a PDF of small pages, each with an image of a few bytes that declares 40 000 × 40 000 pixels. */
export function imageBombs(): Buffer {
  const side = 40_000;
  const images: [filter: string, data: Buffer][] = [
    ['JPXDecode', jpx(side)],
    ['JBIG2Decode', jbig2(side)],
    ['FlateDecode', deflateSync('')],
  ];
  const pages = images.map((_, i) => ({
    content: 'q 100 0 0 100 0 0 cm /Im Do Q',
    entries: `/MediaBox [0 0 100 100] /Resources << /XObject << /Im ${20 + i} 0 R >> >>`,
  }));
  const objects = images.map(([filter, data], i): [number, Buffer] => {
    const color = filter === 'JPXDecode' ? '' : '/ColorSpace /DeviceGray /BitsPerComponent 1';
    const entries = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /Filter /${filter} ${color}`;
    return [20 + i, stream(data, entries)];
  });
  return drawPdf(pages, { objects: Object.fromEntries(objects) });
}

/** A JPEG 2000 codestream of one tile without data (ISO 15444-1, A.5). */
function jpx(side: number): Buffer {
  const size = Buffer.from('ff4fff5100290000'.padEnd(90, '0'), 'hex');
  for (const at of [8, 12, 24, 28]) size.writeUInt32BE(side, at);
  size.set([0, 1, 7, 1, 1], 40);
  const coding = Buffer.from('ff52000c00000001000503030000ff5c00044040', 'hex');
  const tile = Buffer.from('ff90000a0000000000000001ff93ffd9', 'hex');
  return Buffer.concat([size, coding, tile]);
}

/** A page and a generic region, without data (ISO 14492, 7.4). */
function jbig2(side: number): Buffer {
  const segment = (number: number, type: number, length: number): Buffer => {
    const bytes = Buffer.alloc(11 + length);
    bytes.set([number, type, 0, 1], 3);
    for (const [at, value] of [
      [7, length],
      [11, side],
      [15, side],
    ] as const)
      bytes.writeUInt32BE(value, at);
    return bytes;
  };
  return Buffer.concat([segment(0, 48, 19), segment(1, 38, 26)]);
}

/** Returns a PDF whose catalogue is in a compressed stream that declares 100 000 000 objects. */
export function objectStreamBomb(megabytes: number): Buffer {
  const packed = deflateSync(Buffer.alloc(megabytes * 2 ** 20, ' '), { level: 1 });
  const bomb = stream(packed, '/Type /ObjStm /N 100000000 /First 10 /Filter /FlateDecode');
  const head = Buffer.concat([Buffer.from('%PDF-1.5\n1 0 obj\n'), bomb, Buffer.from('\nendobj\n')]);
  // a row per object: its type, its offset or stream, and its index
  const rows = Buffer.from([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0]);
  rows.writeUInt32BE(head.length, 25);
  const table = stream(rows, '/Type /XRef /Size 5 /W [1 4 1] /Root 2 0 R');
  const end = `\nendobj\nstartxref\n${head.length}\n%%EOF\n`;
  return Buffer.concat([head, Buffer.from('4 0 obj\n'), table, Buffer.from(end)]);
}

/** Returns a PDF whose page has a line of text and this many comments, all objects of one compressed stream. */
export function manyComments(count: number): Buffer {
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  const comments = Array.from({ length: count }, (_, i) => `${10 + i} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 3 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 3 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 ${font} >> >> /Annots [${comments}] >>`,
    ...Array<string>(count).fill('<</Subtype/Text/Contents(a note)/Rect[9 9 9 9]>>'),
  ];
  const numberOf = (i: number): number => (i < 3 ? 2 + i : 7 + i);
  const header: string[] = [];
  let at = 0;
  for (const [i, object] of objects.entries()) {
    header.push(`${numberOf(i)} ${at}`);
    at += object.length + 1;
  }
  const offsetTable = `${header.join(' ')}\n`;
  const packed = deflateSync(offsetTable + objects.join('\n'), { level: 1 });
  const parts = [
    Buffer.from('%PDF-1.5\n'),
    indirect(1, stream(packed, `/Type /ObjStm /N ${objects.length} /First ${offsetTable.length} /Filter /FlateDecode`)),
    indirect(5, stream(text(72, 700, 'The mill stands.'))),
  ];
  const starts = parts.map((_, i) => Buffer.concat(parts.slice(0, i)).length);
  // a row per object: its type, its offset or stream, and its index in the stream
  const size = 10 + count;
  const rows = Buffer.alloc(9 * size);
  const setRow = (number: number, type: number, offset: number, index: number): void => {
    rows[9 * number] = type;
    rows.writeUInt32BE(offset, 9 * number + 1);
    rows.writeUInt32BE(index, 9 * number + 5);
  };
  for (const i of objects.keys()) setRow(numberOf(i), 2, 1, i);
  setRow(1, 1, starts[1] ?? 0, 0);
  setRow(5, 1, starts[2] ?? 0, 0);
  const end = Buffer.concat(parts).length;
  setRow(6, 1, end, 0);
  const entries = `/Type /XRef /Size ${size} /W [1 4 4] /Root 2 0 R /Filter /FlateDecode`;
  const table = indirect(6, stream(deflateSync(rows, { level: 1 }), entries));
  return Buffer.concat([...parts, table, Buffer.from(`startxref\n${end}\n%%EOF\n`)]);
}

function indirect(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${number} 0 obj\n`), content, Buffer.from('\nendobj\n')]);
}

/** Returns an OpenDocument text whose content expands to this many megabytes. */
export function openDocumentBomb(megabytes: number): Buffer {
  return makeZip([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' },
    { name: 'content.xml', content: Buffer.alloc(megabytes * 2 ** 20, ' ') },
  ]);
}

/** Returns a PDF with a page that is 16 km wide and high. */
export function hugePage(): Buffer {
  return drawPdf([{ content: text(72, 700, 'The mill stands.'), entries: '/MediaBox [0 0 46000000 46000000]' }]);
}

/** Returns a PDF with one page that shows a table of this many rows. */
export function longPage(rows: number): Buffer {
  const row = (i: number): string =>
    text(72, 14 * (rows - i), `Row ${i} of it`) + text(300, 14 * (rows - i), `and cell ${i}`);
  const content = Array.from({ length: rows }, (_, i) => row(i)).join('');
  return drawPdf([{ content, entries: `/MediaBox [0 0 612 ${14 * rows + 20}]` }]);
}

/** Returns a presentation that shows one slide `times` times. */
export function makeSlide(slide: string, times = 1): Buffer {
  const target = '<Relationship Id="r1" Target="slides/a.xml"/>';
  return makeZip([
    {
      name: 'ppt/presentation.xml',
      content: `<p:presentation>${'<p:sldId r:id="r1"/>'.repeat(times)}</p:presentation>`,
    },
    { name: 'ppt/_rels/presentation.xml.rels', content: `<Relationships>${target}</Relationships>` },
    { name: 'ppt/slides/a.xml', content: slide },
  ]);
}
