import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata, Sharp } from 'sharp';
import type { ModuleContext, ModuleLimits } from '../../module-contract/module.js';
import { readHeader, withImage, type ImageFile } from './image-file.js';
import type { Pixels } from './pixels.js';

/** Maximum side of a picture, in pixels. Models that describe images scale them down to a megapixel or two. */
const maxPictureSide = 2000;

/**
 * Decodes a page as a viewer shows it: rotated as the camera has marked it, with white for transparency, in grey or sRGB with one byte
 * per channel.
 *
 * @param page From 0.
 * @throws `ModuleError` if the page is damaged, or has too many pixels.
 */
export async function decodePage(image: ImageFile, page: number, limits: ModuleLimits): Promise<Pixels> {
  const header = await readHeader(image, page, limits);
  const { data, info } = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    asSeen(sharp, header).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, pixels: data };
}

/**
 * Encodes a page as {@link decodePage} decodes it, as a PNG for Tesseract, which needs less memory for a PNG than for raw pixels.
 *
 * @param page From 0.
 * @throws `ModuleError` if the page is damaged, or has too many pixels.
 */
export async function encodePage(image: ImageFile, page: number, limits: ModuleLimits): Promise<Buffer> {
  const header = await readHeader(image, page, limits);
  const png = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    asSeen(sharp, header).png({ compressionLevel: 1 }).toBuffer(),
  );
  // remove the resolution: libvips writes 25 dpi for an image without one, and Tesseract estimates it better; the length is before `pHYs`
  const resolution = png.subarray(0, 200).indexOf('pHYs') - 4;
  return resolution < 0 ? png : Buffer.concat([png.subarray(0, resolution), png.subarray(resolution + 21)]);
}

/**
 * Encodes a page as {@link decodePage} decodes it, as a JPEG of the same size.
 *
 * @param page From 0.
 * @throws `ModuleError` if the page is damaged, or has too many pixels.
 */
export async function viewPage(image: ImageFile, page: number, limits: ModuleLimits): Promise<Buffer> {
  const header = await readHeader(image, page, limits);
  return withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) =>
    asSeen(sharp, header).jpeg({ quality: 85 }).toBuffer(),
  );
}

/**
 * Returns the path of a page as a PNG or JPEG for models: the file itself if it needs no change, or else a picture of at most 2 000
 * pixels per side in the scratch directory.
 */
export async function pictureOf(
  image: ImageFile,
  page: number,
  { limits, scratch }: Pick<ModuleContext, 'limits' | 'scratch'>,
): Promise<string> {
  const header = await readHeader(image, page, limits);
  if (isPlain(image, header)) return image.path;
  const isPhoto = image.format === 'jpeg' || image.format === 'webp' || image.format === 'avif';
  const picture = await withImage(image, page, { limitInputPixels: limits.maxPixels }, (sharp) => {
    const small = asSeen(sharp, header).resize(maxPictureSide, maxPictureSide, {
      fit: 'inside',
      withoutEnlargement: true,
    });
    return (isPhoto ? small.jpeg({ quality: 90 }) : small.png()).toBuffer();
  });
  const path = join(scratch, `picture.${isPhoto ? 'jpg' : 'png'}`);
  await writeFile(path, picture);
  return path;
}

function asSeen(sharp: Sharp, { space }: Metadata): Sharp {
  const isGrey = space === 'b-w' || space === 'grey16';
  return sharp
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace(isGrey ? 'b-w' : 'srgb');
}

/** Returns whether the file is a PNG or JPEG that every program shows in the same way. */
function isPlain({ format }: ImageFile, { orientation = 1, hasAlpha, depth, space }: Metadata): boolean {
  const isKnown = format === 'png' || format === 'jpeg';
  return isKnown && orientation === 1 && !hasAlpha && depth === 'uchar' && (space === 'srgb' || space === 'b-w');
}
