/** Decoded pixels, row by row, from the top left. Each channel is a byte, from 0 (dark) to 255 (bright). */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Bytes per pixel: 1 for grayscale, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** A grayscale image, with one byte per pixel, from 0 (black) to 255 (white). */
export interface GrayImage extends Pixels {
  readonly channels: 1;
}

/** Converts an image to grayscale, using the luma of each pixel (ITU-R BT.601). */
export function toGray({ width, height, channels, pixels }: Pixels): GrayImage {
  if (channels === 1) return { width, height, channels, pixels };
  const gray = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < gray.length; i++, at += 3) {
    const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    gray[i] = (299 * red + 587 * green + 114 * blue) / 1000 + 0.5;
  }
  return { width, height, channels: 1, pixels: gray };
}

/** Rotates an image clockwise by quarter turns. */
export function rotateQuarters(image: GrayImage, quarterTurns: number): GrayImage {
  const { width, height, pixels } = image;
  if ((quarterTurns & 3) === 0) return image;
  const rotated = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const target = { 1: x * height + (height - 1 - y), 2: pixels.length - 1 - at, 3: (width - 1 - x) * height + y }[
        quarterTurns & 3
      ];
      rotated[target ?? at] = pixels[at] ?? 255;
    }
  }
  const size = (quarterTurns & 1) === 0 ? { width, height } : { width: height, height: width };
  return { ...size, channels: 1, pixels: rotated };
}

/**
 * Rotates an image clockwise about its center without changing its size. Uncovered corners are white.
 *
 * @param angle The angle, in radians.
 */
export function rotate({ width, height, pixels }: GrayImage, angle: number): GrayImage {
  const rotated = new Uint8Array(pixels.length).fill(255);
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  for (let y = 0, at = 0; y < height; y++) {
    const dy = y - height / 2;
    for (let x = 0; x < width; x++, at++) {
      const dx = x - width / 2;
      const sourceX = Math.round(width / 2 + cos * dx + sin * dy);
      const sourceY = Math.round(height / 2 - sin * dx + cos * dy);
      if (sourceX < 0 || sourceX >= width || sourceY < 0 || sourceY >= height) continue;
      rotated[at] = pixels[sourceY * width + sourceX] ?? 255;
    }
  }
  return { width, height, channels: 1, pixels: rotated };
}

/** Encodes an image in the PGM format, for Tesseract. */
export function toPgm({ width, height, pixels }: GrayImage): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);
}
