/** The formats of images that the server decodes, by the names of their kinds. */
export const imageFormats = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', tiff: 'TIFF', gif: 'GIF', avif: 'AVIF' } as const;

export type ImageFormat = keyof typeof imageFormats;

/** Number of bytes at the start of a file that show the format of an image. */
export const imageStartBytes = 64;

const signatures: readonly (readonly [ImageFormat, string])[] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  // BigTIFF
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
];

/** Returns the format of an image by its first {@link imageStartBytes} bytes, or `undefined` for another file. */
export function findImageFormat(start: Uint8Array): ImageFormat | undefined {
  const text = String.fromCharCode(...start.subarray(0, imageStartBytes));
  const found = signatures.find(([, signature]) => text.startsWith(signature));
  if (found) return found[0];
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  // the brands of the file: a HEIC photo has the same structure, but not this brand
  return text.slice(4, 8) === 'ftyp' && /avi[fs]/.test(brandsOf(text)) ? 'avif' : undefined;
}

/** Returns the main brand and the compatible brands, without the version between them (ISO/IEC 14496-12, 4.3). */
function brandsOf(text: string): string {
  const size = text.charCodeAt(2) * 256 + text.charCodeAt(3);
  return text.slice(8, 12) + text.slice(16, size);
}
