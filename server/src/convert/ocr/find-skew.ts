import type { GreyImage } from '../image/pixels.js';

/** The largest angle to try, and the step between angles, in degrees. Tesseract tolerates about one degree. */
const maxAngle = 15;
const angleStep = 0.5;
/** Approximate width of the sample that a large image is reduced to, in pixels. */
const sampleWidth = 600;
const minPoints = 200;
const maxPoints = 200_000;

/**
 * Returns the clockwise angle at which lines of text are tilted, in radians. Along this angle, the dark pixels are concentrated in the
 * fewest rows (Postl, 1986). Returns 0 for pages without lines.
 */
export function findSkew(image: GreyImage): number {
  const points = findDarkPoints(image);
  if (points.x.length < minPoints) return 0;
  // a different angle must be better by 5 %, so that straight pages and pages without lines are not rotated
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
  /** An upper bound on the distance between two points. */
  readonly extent: number;
}

function findDarkPoints({ width, height, pixels }: GreyImage): Points {
  const scale = Math.max(1, Math.floor(width / sampleWidth));
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

/** Returns the sum of the squares of the number of points in each row, which is highest if a few rows contain most of the points. */
function computeSharpness({ x, y, extent }: Points, angle: number): number {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const rows = new Uint32Array(2 * extent + 2);
  for (let i = 0; i < x.length; i++) {
    const row = Math.round((y[i] ?? 0) * cos - (x[i] ?? 0) * sin) + extent;
    rows[row] = (rows[row] ?? 0) + 1;
  }
  return rows.reduce((sum, count) => sum + count * count, 0);
}
