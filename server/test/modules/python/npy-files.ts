/** Returns an NPY file with this header text and data. */
export function npyFile(text: string, data: Uint8Array, { version = 1 }: { version?: number } = {}): Buffer {
  const fixed = version === 1 ? 10 : 12;
  const length = Math.ceil((fixed + text.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, ' ');
  header.write('\x93NUMPY', 'latin1');
  header[6] = version;
  header[7] = 0;
  if (version === 1) header.writeUInt16LE(length - fixed, 8);
  else header.writeUInt32LE(length - fixed, 8);
  header.write(text, fixed, 'latin1');
  header[length - 1] = 0x0a;
  return Buffer.concat([header, data]);
}

/** Returns the header text as NumPy writes it. */
export function npyText(descr: string, shape: readonly number[], fortranOrder = false): string {
  const list = shape.length === 1 ? `${shape[0] ?? 0},` : shape.join(', ');
  return `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': (${list}), }`;
}

/** Returns an NPY file with a matrix of float32, as NumPy saves it. */
export function npyMatrix(rows: readonly (readonly number[])[]): Buffer {
  const data = Buffer.alloc(rows.length * (rows[0]?.length ?? 0) * 4);
  for (const [i, value] of rows.flat().entries()) data.writeFloatLE(value, i * 4);
  return npyFile(npyText('<f4', [rows.length, rows[0]?.length ?? 0]), data);
}
