/** An image of one byte per pixel, from 0 (black) to 255 (white), row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Turns an image clockwise. @param turns Quarter turns. */
export function turn(image: GreyImage, turns: number): GreyImage {
  const { width, height, pixels } = image;
  if ((turns & 3) === 0) return image;
  const turned = new Uint8Array(pixels.length);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const to = { 1: x * height + (height - 1 - y), 2: pixels.length - 1 - at, 3: (width - 1 - x) * height + y }[
        turns & 3
      ];
      turned[to ?? at] = pixels[at] ?? 255;
    }
  }
  return (turns & 1) === 0 ? { width, height, pixels: turned } : { width: height, height: width, pixels: turned };
}

/** Rotates an image clockwise about its centre, within its frame. What comes in at the corners is white. @param angle Radians. */
export function rotate({ width, height, pixels }: GreyImage, angle: number): GreyImage {
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
  return { width, height, pixels: rotated };
}

/** Encodes an image as PGM, which Tesseract reads. */
export function toPgm({ width, height, pixels }: GreyImage): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);
}
