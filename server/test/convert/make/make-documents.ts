import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { assemblePdf } from './draw-pdf.js';

interface Part {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** A false size for the archive to declare. */
  readonly size?: number;
}

/** Returns a ZIP archive with these parts. */
export function makeZip(parts: readonly Part[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, size } of parts) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const commonFields = Buffer.alloc(26);
    commonFields.writeUInt16LE(20, 0);
    commonFields.writeUInt16LE(8, 4);
    commonFields.writeUInt32LE(crc32(bytes), 10);
    commonFields.writeUInt32LE(packed.length, 14);
    commonFields.writeUInt32LE(size ?? bytes.length, 18);
    commonFields.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), commonFields, Buffer.from(name), packed]);
    const directoryFields = Buffer.alloc(14);
    directoryFields.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), commonFields, directoryFields, Buffer.from(name)]));
    files.push(file);
    at += file.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...directory, end]);
}

const openXml = 'http://schemas.openxmlformats.org';
/** The namespaces of a Word document. `makeDocx` inserts them where a part has the word WORD. */
const wordSpaces =
  `xmlns:w="${openXml}/wordprocessingml/2006/main" xmlns:m="${openXml}/officeDocument/2006/math"` +
  ` xmlns:r="${openXml}/officeDocument/2006/relationships" xmlns:mc="${openXml}/markup-compatibility/2006"` +
  ` xmlns:a="${openXml}/drawingml/2006/main" xmlns:c="${openXml}/drawingml/2006/chart" xmlns:v="urn:schemas-microsoft-com:vml"`;

/** Returns a Word document with this body. */
export function makeDocx(
  body: string,
  { before = '', size, parts = {} }: { before?: string; size?: number; parts?: Readonly<Record<string, string>> } = {},
): Buffer {
  const document = `<?xml version="1.0" encoding="UTF-8"?>${before}<w:document ${wordSpaces}><w:body>${body}</w:body></w:document>`;
  return makeZip([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: document, ...(size !== undefined && { size }) },
    ...Object.entries(parts).map(([name, content]) => ({
      name: `word/${name}`,
      content: content.replaceAll('WORD', wordSpaces),
    })),
  ]);
}

export function paragraph(text: string): string {
  return `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** Returns a presentation. `order` lists its slides, numbered from 1, in the order in which they are shown. */
export function makePptx(slides: readonly (readonly string[])[], order = slides.map((_, i) => i + 1)): Buffer {
  const ids = order.map((number) => `<p:sldId id="${255 + number}" r:id="rId${number}"/>`).join('');
  const relations = slides.map((_, i) => `<Relationship Id="rId${i + 1}" Target="slides/slide${i + 1}.xml"/>`).join('');
  const shape = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`;
  return makeZip([
    { name: 'ppt/presentation.xml', content: `<p:presentation><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>` },
    { name: 'ppt/_rels/presentation.xml.rels', content: `<Relationships>${relations}</Relationships>` },
    ...slides.map((texts, i) => ({
      name: `ppt/slides/slide${i + 1}.xml`,
      content: `<p:sld><p:txBody>${texts.map(shape).join('')}</p:txBody></p:sld>`,
    })),
  ]);
}

/** Returns a PDF whose pages have these lines. `content` replaces the content stream of each page, encoded by `filter`. */
export function makePdf(
  pages: readonly (readonly string[])[],
  { content, filter = '', trailer = '' }: { content?: Uint8Array; filter?: string; trailer?: string } = {},
): Buffer {
  const objects: (string | Buffer)[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  for (const [i, lines] of pages.entries()) {
    const text = lines.map((line) => `(${line.replaceAll(/[()\\]/g, String.raw`\$&`)}) Tj T*`).join(' ');
    const stream = content ?? Buffer.from(`BT /F1 12 Tf 14 TL 72 720 Td ${text} ET`, 'latin1');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      Buffer.concat([
        Buffer.from(`<< /Length ${stream.length} ${filter && `/Filter [${filter}]`} >>\nstream\n`),
        stream,
        Buffer.from('\nendstream'),
      ]),
    );
  }
  return assemblePdf(objects, trailer);
}

/** Returns a PDF of a few kilobytes whose page has this many megabytes of spaces, compressed twice. */
export function flateBomb(megabytes: number): Buffer {
  const content = deflateSync(deflatedSpaces(megabytes), { level: 9 });
  return makePdf([['']], { content, filter: '/FlateDecode /FlateDecode' });
}

/** Returns zlib data of this many megabytes of spaces. Repeats one compressed megabyte, which saves seconds. */
function deflatedSpaces(megabytes: number): Buffer {
  const block = Buffer.alloc(2 ** 20, ' ');
  // each copy ends at a byte boundary, and does not refer to the one before
  const packed = deflateRawSync(block, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const [start, end] = [Buffer.from([0x78, 0xda]), Buffer.from([0x03, 0x00])];
  const checksum = Buffer.alloc(4);
  // Adler-32 of n equal bytes
  const [n, byte, modulus] = [megabytes * block.length, block[0]!, 65_521];
  checksum.writeUInt16BE(Number((BigInt(n) + (BigInt(byte) * BigInt(n) * BigInt(n + 1)) / 2n) % BigInt(modulus)), 0);
  checksum.writeUInt16BE((1 + n * byte) % modulus, 2);
  return Buffer.concat([start, ...Array<Buffer>(megabytes).fill(packed), end, checksum]);
}

const id = '<0123456789abcdef0123456789abcdef>';

/** Returns a PDF encrypted with an unknown password (standard handler, revision 2). The empty password does not open it. */
export function makeLockedPdf(): Buffer {
  const owner = `<${'a5'.repeat(32)}>`;
  const user = `<${'5a'.repeat(32)}>`;
  const encryption = `/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O ${owner} /U ${user} >>`;
  return makePdf([['secret']], { trailer: `${encryption} /ID [${id} ${id}]` });
}
