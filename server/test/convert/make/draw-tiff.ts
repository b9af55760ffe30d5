/**
 * Returns a TIFF of grey pages, each of one pixel.
 *
 * @param next The offset of the page after the last one. 0, the default, ends the list.
 */
export function encodeTiff(pages: number, next = 0): Buffer {
  const pageBytes = 128;
  const file = Buffer.alloc(8 + pages * pageBytes);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  for (let page = 0; page < pages; page++) {
    const at = 8 + page * pageBytes;
    // width, height, bits, compression, black is 0, the pixel's offset, samples, rows and bytes of the strip
    const tags = [
      [256, 1],
      [257, 1],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, at + pageBytes - 1],
      [277, 1],
      [278, 1],
      [279, 1],
    ];
    file.writeUInt16LE(tags.length, at);
    for (const [i, [tag = 0, value = 0]] of tags.entries()) {
      file.writeUInt16LE(tag, at + 2 + 12 * i);
      // one number of 32 bits
      file.writeUInt16LE(4, at + 4 + 12 * i);
      file.writeUInt32LE(1, at + 6 + 12 * i);
      file.writeUInt32LE(value, at + 10 + 12 * i);
    }
    file.writeUInt32LE(page === pages - 1 ? next : at + pageBytes, at + 2 + 12 * tags.length);
    file[at + pageBytes - 1] = page % 256;
  }
  return file;
}
