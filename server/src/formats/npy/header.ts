import { formatValue } from 'millrace/shared/rules/format-value.js';
import { ModuleError } from '../../module-contract/module.js';
import { describeStart } from '../show-start.js';
import { numberTypes, type NumberType } from './number-types.js';

/** The header of an NPY file (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export interface NpyHeader {
  /** The element type in NumPy's notation, such as `<f4`. */
  readonly descr: string;
  readonly type: NumberType;
  readonly isBigEndian: boolean;
  /** Whether the data is in column-major order. */
  readonly isColumnMajor: boolean;
  readonly shape: readonly number[];
  /** The offset of the array data in the file, in bytes. */
  readonly dataOffset: number;
}

/** Maximum header length, in bytes. By default, NumPy rejects headers longer than 10,000 bytes. */
export const maxHeaderBytes = 65_536;

const magic = Buffer.from('\x93NUMPY', 'latin1');
const alignment = 64;

/**
 * Parses the header at the start of an NPY file.
 *
 * @param start The first {@link maxHeaderBytes} bytes of the file, or the whole file if it is smaller.
 * @throws `ModuleError` if the header is invalid, or the array's element type is not one of {@link numberTypes}.
 */
export function parseNpyHeader(start: Buffer): NpyHeader {
  if (start.length < 10 || !start.subarray(0, 6).equals(magic)) {
    throw new ModuleError(
      `Expected the file to be an NPY array, got ${describeStart(start, 10, magic.length)}. Save it with numpy.save.`,
    );
  }
  const version = start.readUInt8(6);
  if (version < 1 || version > 3) {
    throw new ModuleError(`Expected the NPY file to have version 1, 2 or 3, got ${version}. Save it with numpy.save.`);
  }
  const textOffset = version === 1 ? 10 : 12;
  if (start.length < textOffset) throw createDamagedError();
  const dataOffset = textOffset + (version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8));
  if (dataOffset > maxHeaderBytes || dataOffset > start.length) throw createDamagedError();
  const text = start.toString(version === 3 ? 'utf8' : 'latin1', textOffset, dataOffset);
  const descr = /'descr': ?'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order': ?(True|False)/.exec(text)?.[1];
  const shape = /'shape': ?\(([\d, ]*)\)/.exec(text)?.[1];
  if (/'descr': ?\[/.test(text)) throw createUnsupportedTypeError('a structured array');
  if (descr === undefined || order === undefined || shape === undefined) throw createDamagedError();
  const [, endianness = '', code = ''] = /^([<>|=]?)(.*)$/.exec(descr) ?? [];
  const type = Object.hasOwn(numberTypes, code) ? numberTypes[code] : undefined;
  if (!type) throw createUnsupportedTypeError(formatValue(descr));
  return {
    descr,
    type,
    isBigEndian: endianness === '>',
    isColumnMajor: order === 'True',
    shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
    dataOffset,
  };
}

/** Creates the header that NumPy writes for a float32 matrix in row-major order. */
export function createFloat32Header(rows: number, columns: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((magic.length + 4 + text.length + 1) / alignment) * alignment;
  const header = Buffer.alloc(length, ' ');
  magic.copy(header);
  header.writeUInt8(1, 6);
  header.writeUInt8(0, 7);
  header.writeUInt16LE(length - 10, 8);
  header.write(text, 10, 'latin1');
  header.write('\n', length - 1, 'latin1');
  return header;
}

/** The length of the header that {@link createFloat32Header} creates, in bytes. It is the same for every shape. */
export const float32HeaderBytes = createFloat32Header(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).length;

function createDamagedError(): ModuleError {
  return new ModuleError(
    'Expected the NPY file to have a complete header, got a damaged one. Save it with numpy.save.',
  );
}

function createUnsupportedTypeError(actual: string): ModuleError {
  const supported = Object.keys(numberTypes).join(', ');
  return new ModuleError(
    `Expected the NPY array to contain numbers (${supported}), got ${actual}. Convert it with astype('float32').`,
  );
}
