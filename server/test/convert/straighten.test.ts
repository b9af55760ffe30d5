import { describe, expect, it } from 'vitest';
import { findSkew } from '../../src/convert/ocr/find-skew.js';
import { rotate, toPgm, rotateQuarters, type GrayImage } from '../../src/convert/image/pixels.js';

/** Draws lines of dashes, which resemble lines of text. */
function drawPage(width = 600, height = 800): GrayImage {
  const pixels = new Uint8Array(width * height).fill(255);
  for (let y = 60; y < height - 60; y += 20) {
    for (let x = 60; x < width - 60; x++) {
      if (x % 40 < 30) for (let row = 0; row < 8; row++) pixels[(y + row) * width + x] = 0;
    }
  }
  return { width, height, channels: 1, pixels };
}

describe('an image', () => {
  const image: GrayImage = { width: 3, height: 2, channels: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };

  it('is rotated clockwise in quarter turns', () => {
    expect(rotateQuarters(image, 1)).toEqual({
      width: 2,
      height: 3,
      channels: 1,
      pixels: Uint8Array.of(4, 1, 5, 2, 6, 3),
    });
    expect(rotateQuarters(image, 2).pixels).toEqual(Uint8Array.of(6, 5, 4, 3, 2, 1));
    expect(rotateQuarters(image, 3).pixels).toEqual(Uint8Array.of(3, 6, 2, 5, 1, 4));
    expect(rotateQuarters(image, 4)).toBe(image);
  });

  it('is written as PGM', () => {
    expect(toPgm(image).toString('latin1')).toBe('P5\n3 2\n255\n\x01\x02\x03\x04\x05\x06');
  });
});

describe('the skew of a page', () => {
  it.for([-12, -3, 2, 6])('is found: %d degrees', (degrees) => {
    const tilted = rotate(drawPage(), (degrees * Math.PI) / 180);
    expect((findSkew(tilted) * 180) / Math.PI).toBeCloseTo(degrees, 0);
  });

  it('is 0 if the page is straight, empty or without lines', () => {
    expect(findSkew(drawPage())).toBe(0);
    expect(findSkew({ width: 100, height: 100, channels: 1, pixels: new Uint8Array(10_000).fill(255) })).toBe(0);
    const noise = Uint8Array.from({ length: 90_000 }, (_, i) => ((i * 7919) % 97 < 10 ? 0 : 255));
    expect(Math.abs(findSkew({ width: 300, height: 300, channels: 1, pixels: noise }))).toBeLessThan(0.2);
  });
});
