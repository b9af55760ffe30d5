/** Inserts an EXIF segment with one tag, Orientation, after the first two bytes of a JPEG. */
export function withOrientation(jpeg: Buffer, orientation: number, order: 'II' | 'MM'): Buffer {
  const [short, long] =
    order === 'II'
      ? [(value: number) => [value, 0], (value: number) => [value, 0, 0, 0]]
      : [(value: number) => [0, value], (value: number) => [0, 0, 0, value]];
  const tag = order === 'II' ? [0x12, 1] : [1, 0x12];
  // one tag with a 16-bit number
  const directory = [...short(1), ...tag, ...short(3), ...long(1), ...short(orientation), 0, 0, ...long(0)];
  const tiff = [...Buffer.from(order, 'latin1'), ...short(42), ...long(8), ...directory];
  const segment = [...Buffer.from('Exif\0\0', 'latin1'), ...tiff];
  return Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xe1, 0, segment.length + 2, ...segment]),
    jpeg.subarray(2),
  ]);
}
