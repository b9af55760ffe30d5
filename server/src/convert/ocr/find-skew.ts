import type { GrayImage } from '../image/pixels.js';

/** The largest angle to try, and the step between angles, in degrees. Tesseract tolerates about one degree. */
const maxAngle = 15;
const angleStep = 0.5;
/** Minimum width of the sample to which a wide image is reduced, in pixels. The sample is less than twice as wide. */
const minSampleWidth = 600;
const minPoints = 200;
const maxPoints = 200_000;

/**
 * Returns the clockwise angle by which the lines of text are tilted, in radians: the angle at which the dark pixels are most concentrated
 * in a few rows (Postl, 1986). Returns 0 if the image has few dark pixels, or if no angle is clearly better than 0.
 */
export function findSkew(image: GrayImage): number {
  const points = findDarkPoints(image);
  if (points.x.length < minPoints) return 0;
  // an angle other than 0 must be better by 5%, so that straight pages and most pages without lines are not rotated
  let best = { angle: 0, sharpness: computeSharpness(points, 0) * 1.05 };
  for (let degrees = -maxAngle; degrees <= maxAngle; degrees += angleStep) {
    const angle = (degrees * Math.PI) / 180;
    const sharpness = computeSharpness(points, angle);
    if (sharpness > best.sharpness) best = { angle, sharpness };
  }
  return best.angle;
}

interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** An upper bound on the distance of a point from the top left corner. */
  readonly extent: number;
}

function findDarkPoints({ width, height, pixels }: GrayImage): Points {
  const scale = Math.max(1, Math.floor(width / minSampleWidth));
  const x: number[] = [];
  const y: number[] = [];
  for (let row = 0; row < height && x.length < maxPoints; row += scale) {
    for (let column = 0; column < width; column += scale) {
      if ((pixels[row * width + column] ?? 255) >= 128) continue;
      x.push(column / scale);
      y.push(row / scale);
    }
  }
  return { x, y, extent: Math.ceil((width + height) / scale) };
}

/** Returns the sum of the squared numbers of points per row. The sum is highest if a few rows contain most of the points. */
function computeSharpness({ x, y, extent }: Points, angle: number): number {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const rows = new Uint32Array(2 * extent + 2);
  for (let i = 0; i < x.length; i++) {
    const row = Math.round((y[i] ?? 0) * cos - (x[i] ?? 0) * sin) + extent;
    rows[row] = (rows[row] ?? 0) + 1;
  }
  return rows.reduce((sum, count) => sum + count * count, 0);
}
