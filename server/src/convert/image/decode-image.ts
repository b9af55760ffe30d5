import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata, Sharp } from 'sharp';
import type { ModuleContext, ModuleLimits } from '../../module-contract/module.js';
import { readHeader, withImage, type ImageFile } from './image-file.js';
import type { Pixels } from './pixels.js';

/** Maximum width and height of a picture for a model, in pixels. Models scale images down to one or two megapixels. */
const maxPictureSide = 2000;

/**
 * Decodes a page as an image viewer would show it: rotated according to the EXIF orientation, on a white background, in grayscale or sRGB
 * with one byte per channel.
 *
 * @param page The 0-based index of the page.
 * @throws `ModuleError` if the page cannot be decoded, or has too many pixels.
 */
export async function decodePage(image: ImageFile, page: number, limits: ModuleLimits): Promise<Pixels> {
  const header = await readHeader(image, page, limits);
  const { data, info } = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    normalize(sharp, header).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, pixels: data };
}

/**
 * Decodes a page like {@link decodePage} and encodes it as a PNG for Tesseract, which needs less memory for a PNG than for raw pixels.
 *
 * @param page The 0-based index of the page.
 * @throws `ModuleError` if the page cannot be decoded, or has too many pixels.
 */
export async function encodePagePng(image: ImageFile, page: number, limits: ModuleLimits): Promise<Buffer> {
  const header = await readHeader(image, page, limits);
  const png = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    normalize(sharp, header).png({ compressionLevel: 1 }).toBuffer(),
  );
  // remove the `pHYs` chunk, which contains the resolution: libvips writes 25 dpi if the resolution is unknown, and Tesseract's estimate is
  // better. The chunk has 21 bytes: its length and name, with four bytes each, nine bytes of data, and a checksum.
  const chunkStart = png.subarray(0, 200).indexOf('pHYs') - 4;
  return chunkStart < 0 ? png : Buffer.concat([png.subarray(0, chunkStart), png.subarray(chunkStart + 21)]);
}

/**
 * Decodes a page like {@link decodePage} and encodes it as a JPEG.
 *
 * @param page The 0-based index of the page.
 * @throws `ModuleError` if the page cannot be decoded, or has too many pixels.
 */
export async function encodePageJpeg(image: ImageFile, page: number, limits: ModuleLimits): Promise<Buffer> {
  const header = await readHeader(image, page, limits);
  return withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    normalize(sharp, header).jpeg({ quality: 85 }).toBuffer(),
  );
}

/**
 * Returns the path of a PNG or JPEG of a page, for a model: the original file if it needs no conversion, or else a new file in the scratch
 * directory. A new image is at most 2,000 pixels wide and high.
 *
 * @param page The 0-based index of the page.
 * @throws `ModuleError` if the page cannot be decoded, or has too many pixels.
 */
export async function prepareForModel(
  image: ImageFile,
  page: number,
  { limits, scratch }: Pick<ModuleContext, 'limits' | 'scratch'>,
): Promise<string> {
  const header = await readHeader(image, page, limits);
  if (isReadableByModels(image, header)) return image.path;
  const isPhoto = image.format === 'jpeg' || image.format === 'webp' || image.format === 'avif';
  const encoded = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) => {
    const resized = normalize(sharp, header).resize(maxPictureSide, maxPictureSide, {
      fit: 'inside',
      withoutEnlargement: true,
    });
    return (isPhoto ? resized.jpeg({ quality: 90 }) : resized.png()).toBuffer();
  });
  const path = join(scratch, `picture.${isPhoto ? 'jpg' : 'png'}`);
  await writeFile(path, encoded);
  return path;
}

function normalize(sharp: Sharp, { space }: Metadata): Sharp {
  const isGray = space === 'b-w' || space === 'grey16';
  return sharp
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace(isGray ? 'b-w' : 'srgb');
}

/** Returns whether the file is a PNG or JPEG that models can read without conversion. */
function isReadableByModels({ format }: ImageFile, { orientation = 1, hasAlpha, depth, space }: Metadata): boolean {
  const isPngOrJpeg = format === 'png' || format === 'jpeg';
  return isPngOrJpeg && orientation === 1 && !hasAlpha && depth === 'uchar' && (space === 'srgb' || space === 'b-w');
}
