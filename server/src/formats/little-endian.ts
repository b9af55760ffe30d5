import { endianness } from 'node:os';

/** The bytes of these numbers as files have them. Where the processor has them so, too, they are not copied. */
export function littleEndianBytes(values: Float32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
