import type Sharp from 'sharp';
import { ModuleError } from '../../module-contract/module.js';

/** The version that this server is tested with. */
const sharpVersion = '0.35.5';

/** The decoders of libvips that are allowed. Others are blocked, such as the one for SVG, which can open other files. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif'];

let library: Promise<typeof Sharp> | undefined;

/**
 * Loads sharp at the first call. Its binary is an optional package for each platform.
 *
 * @throws `ModuleError` if there is no binary for this platform, or npm has not installed it.
 */
export function loadSharp(): Promise<typeof Sharp> {
  library ??= start();
  return library;
}

async function start(): Promise<typeof Sharp> {
  let sharp: typeof Sharp;
  try {
    ({ default: sharp } = await import('sharp'));
  } catch (error) {
    throw new ModuleError(
      `Images cannot be decoded on this machine: the binary of the package sharp for ${process.platform}-${process.arch} is missing. ` +
        `Install it with: npm install --include=optional sharp@${sharpVersion}`,
      { cause: error },
    );
  }
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  return sharp;
}
