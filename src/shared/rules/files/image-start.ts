/** The display names of the image formats that a Millrace server can decode. The keys are the names of the file kinds. */
export const imageFormatNames = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  tiff: 'TIFF',
  gif: 'GIF',
  avif: 'AVIF',
} as const;

export type ImageFormat = keyof typeof imageFormatNames;

/** The number of bytes to read from the start of an image to identify its format. */
export const imageHeaderLength = 64;

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

/** Identifies an image's format from its first {@link imageHeaderLength} bytes. Returns `undefined` if the format is unknown. */
export function findImageFormat(start: Uint8Array): ImageFormat | undefined {
  const text = String.fromCharCode(...start.subarray(0, imageHeaderLength));
  const found = signatures.find(([, signature]) => text.startsWith(signature));
  if (found) return found[0];
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  // HEIC and MP4 files also start with an `ftyp` box, but with other brands
  return text.slice(4, 8) === 'ftyp' && /avi[fs]/.test(brandsOf(text)) ? 'avif' : undefined;
}

/** Returns the major and compatible brands in an `ftyp` box, without the minor version between them (ISO/IEC 14496-12, 4.3). */
function brandsOf(text: string): string {
  const size = text.charCodeAt(2) * 256 + text.charCodeAt(3);
  return text.slice(8, 12) + text.slice(16, size);
}
