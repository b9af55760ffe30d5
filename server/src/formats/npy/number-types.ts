/** A number type in NPY files, with a conversion to float32 that has the same results as NumPy's `astype`. */
export interface NumberType {
  /** The size of a number, in bytes. */
  readonly bytes: number;
  /** Fills `to` with the little-endian numbers in `from`, converted to float32. */
  readonly read: (from: DataView, to: Float32Array) => void;
}

function createNumberType(bytes: number, readAt: (view: DataView, offset: number) => number): NumberType {
  return {
    bytes,
    read: (from, to) => {
      for (let i = 0; i < to.length; i++) to[i] = readAt(from, i * bytes);
    },
  };
}

/** The number types, by NumPy's type code without the byte order. */
export const numberTypes: Readonly<Record<string, NumberType>> = {
  f2: createNumberType(2, (view, offset) => decodeHalf(view.getUint16(offset, true))),
  f4: createNumberType(4, (view, offset) => view.getFloat32(offset, true)),
  f8: createNumberType(8, (view, offset) => view.getFloat64(offset, true)),
  i1: createNumberType(1, (view, offset) => view.getInt8(offset)),
  i2: createNumberType(2, (view, offset) => view.getInt16(offset, true)),
  i4: createNumberType(4, (view, offset) => view.getInt32(offset, true)),
  i8: createNumberType(8, (view, offset) => toDoubleForFloat32(view.getBigInt64(offset, true))),
  u1: createNumberType(1, (view, offset) => view.getUint8(offset)),
  u2: createNumberType(2, (view, offset) => view.getUint16(offset, true)),
  u4: createNumberType(4, (view, offset) => view.getUint32(offset, true)),
  u8: createNumberType(8, (view, offset) => toDoubleForFloat32(view.getBigUint64(offset, true))),
};

/** Decodes an IEEE 754 binary16 number. */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** A double can represent every integer up to this magnitude exactly. */
const maxExactInteger = 2n ** 53n;

/**
 * Returns a double that rounds to the same float32 as the integer. Rounding a large integer to double and then to float32 could produce
 * an adjacent float32. Instead, the low 12 bits are combined into a sticky bit, so that a double can represent the result exactly.
 */
function toDoubleForFloat32(value: bigint): number {
  if (value >= -maxExactInteger && value <= maxExactInteger) return Number(value);
  const magnitude = value < 0n ? -value : value;
  const double = Number((magnitude >> 12n) | ((magnitude & 0xfffn) === 0n ? 0n : 1n)) * 4096;
  return value < 0n ? -double : double;
}
