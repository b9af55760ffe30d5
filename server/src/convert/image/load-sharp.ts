import type Sharp from 'sharp';
import { ModuleError } from '../../module-contract/module.js';

/** The version of sharp that this server is tested with. */
const sharpVersion = '0.35.5';

/** The libvips decoders that are allowed. All others, such as the SVG decoder, which can open other files, are blocked. */
const allowedLoaders = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif'];

let library: Promise<typeof Sharp> | undefined;

/**
 * Loads sharp on the first call. The binary for each platform is an optional package.
 *
 * @throws `ModuleError` if sharp cannot be loaded, for example because the binary for this platform is not installed.
 */
export function loadSharp(): Promise<typeof Sharp> {
  library ??= load();
  return library;
}

async function load(): Promise<typeof Sharp> {
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
  sharp.unblock({ operation: allowedLoaders.map((name) => `VipsForeignLoad${name}`) });
  return sharp;
}
