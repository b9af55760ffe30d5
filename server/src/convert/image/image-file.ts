import { open } from 'node:fs/promises';
import { findImageFormat, imageFormatNames, imageHeaderLength } from 'millrace/shared/rules/files/image-start.js';
import type { ImageFormat } from 'millrace/shared/rules/files/image-start.js';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { ModuleError, type ModuleContext, type ModuleLimits } from '../../module-contract/module.js';
import { sniffFile } from '../file-kind.js';
import { loadSharp } from './load-sharp.js';

/** An uploaded image whose header has been checked. */
export interface ImageFile {
  readonly path: string;
  readonly format: ImageFormat;
  /** Always 1, except for a TIFF. */
  readonly pageCount: number;
}

/** Maximum number of pages in a TIFF. */
const maxPages = 1000;

/**
 * Reads an image's header and checks the number of pixels before anything is decoded, because a 1.2 MB PNG can contain 400 megapixels,
 * which need 2.5 GB of memory. Checks only the first page of a TIFF. Warns if the image has several frames, because only the first is read.
 *
 * @throws `ModuleError` if the file is not an image of a supported format, cannot be read, or has too many pixels or pages.
 */
export async function openImage(
  path: string,
  { limits, warn }: Pick<ModuleContext, 'limits' | 'warn'>,
): Promise<ImageFile> {
  const format = findImageFormat(await readStart(path));
  if (!format) {
    const { name } = await sniffFile(path);
    throw new ModuleError(
      `Expected the file to be an image (${Object.values(imageFormatNames).join(', ')}), got what looks like ${name}. ` +
        'Save it as a PNG or JPEG, and send that file.',
    );
  }
  const image = { path, format, pageCount: 1 };
  const { pages: pageCount = 1 } = await readHeader(image, 0, limits);
  if (format === 'tiff') {
    if (pageCount > maxPages) {
      throw new ModuleError(`Expected the TIFF to have at most ${maxPages} pages, got ${pageCount}. Split it.`);
    }
    return { ...image, pageCount };
  }
  if (pageCount > 1) {
    const message = `The image has ${pageCount} frames. Only the first one was read.`;
    warn({ code: 'frames-left-out', message });
  }
  return image;
}

/**
 * Reads the header of a page and checks the number of pixels.
 *
 * @param page The 0-based index of the page.
 * @throws `ModuleError` if the image cannot be read, or the page has too many pixels.
 */
export async function readHeader(image: ImageFile, page: number, { maxPixels }: ModuleLimits): Promise<Metadata> {
  const header = await withImage(image, page, { limitInputPixels: false }, (sharp) => sharp.metadata());
  const pixelCount = header.width * header.height;
  if (pixelCount > maxPixels) {
    const subject = image.pageCount > 1 ? `page ${page + 1} of the image` : 'the image';
    // round up, so that the number in the message is greater than the limit
    const megapixels = Math.ceil(pixelCount / 1e4) / 100;
    throw new ModuleError(
      `Expected ${subject} to have at most ${maxPixels / 1e6} megapixels, got ${megapixels}. ` +
        "Make it smaller, or raise the server's limit (maxPixels).",
    );
  }
  return header;
}

/**
 * Opens a page with sharp and returns the result of `work`. Ignores the decoder's warnings, which make sharp fail by default.
 *
 * @throws `ModuleError` if sharp cannot be loaded or `work` fails, for example because the image is damaged or truncated.
 */
export async function withImage<T>(
  { path, format }: ImageFile,
  page: number,
  options: SharpOptions,
  work: (image: Sharp) => Promise<T>,
): Promise<T> {
  const sharp = await loadSharp();
  try {
    return await work(sharp(path, { failOn: 'error', ...(format === 'tiff' && { page }), ...options }));
  } catch (error) {
    throw new ModuleError(
      `The image could not be read (the ${imageFormatNames[format]} is damaged, cut off or in an unsupported variant). ` +
        'Save it again as a PNG or JPEG, and send the new file.',
      { cause: error },
    );
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(imageHeaderLength);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
