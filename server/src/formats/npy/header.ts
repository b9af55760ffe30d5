import { describeValue } from '../describe-value.js';
import { ModuleError } from '../../module-contract/module.js';
import { numberTypes, type NumberType } from './number-types.js';

/** What the header of an NPY file says (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export interface NpyHeader {
  /** As in the file: `<f4`. */
  readonly descr: string;
  readonly type: NumberType;
  readonly bigEndian: boolean;
  /** Whether the numbers of a column, not those of a row, are beside each other. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the numbers begin. */
  readonly dataOffset: number;
}

/** The most bytes that a header has; NumPy itself refuses more than 10 000. */
export const longestHeader = 65_536;

const magic = Buffer.from('\x93NUMPY', 'latin1');
const alignment = 64;

/**
 * Reads the header at the beginning of a file.
 *
 * @param start The first bytes of the file, {@link longestHeader} of them or all there are.
 * @throws `ModuleError` when it is no header, or one of an array that is not made of plain numbers.
 */
export function parseNpyHeader(start: Buffer): NpyHeader {
  if (start.length < 10 || !start.subarray(0, 6).equals(magic)) {
    throw new ModuleError('Expected the file to be an NPY array, got something else. Save it with numpy.save.');
  }
  const version = start.readUInt8(6);
  if (version < 1 || version > 3) {
    throw new ModuleError(`Expected the NPY file to have version 1, 2 or 3, got ${version}. Save it with numpy.save.`);
  }
  const textOffset = version === 1 ? 10 : 12;
  if (start.length < textOffset) throw damaged();
  const dataOffset = textOffset + (version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8));
  if (dataOffset > longestHeader || dataOffset > start.length) throw damaged();
  const text = start.toString(version === 3 ? 'utf8' : 'latin1', textOffset, dataOffset);
  const descr = /'descr': ?'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order': ?(True|False)/.exec(text)?.[1];
  const shape = /'shape': ?\(([\d, ]*)\)/.exec(text)?.[1];
  if (/'descr': ?\[/.test(text)) throw notNumbers('a table with named columns');
  if (descr === undefined || order === undefined || shape === undefined) throw damaged();
  const [, endianness = '', code = ''] = /^([<>|=]?)(.*)$/.exec(descr) ?? [];
  const type = Object.hasOwn(numberTypes, code) ? numberTypes[code] : undefined;
  if (!type) throw notNumbers(describeValue(descr));
  return {
    descr,
    type,
    bigEndian: endianness === '>',
    fortranOrder: order === 'True',
    shape: shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)])),
    dataOffset,
  };
}

/** The header that NumPy writes before a matrix of float32, row by row. */
export function float32Header(rows: number, columns: number): Buffer {
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

/** Bytes of {@link float32Header}, whatever the shape. */
export const float32HeaderBytes = float32Header(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).length;

function damaged(): ModuleError {
  return new ModuleError(
    'Expected the NPY file to have a complete header, got a damaged one. Save it with numpy.save.',
  );
}

function notNumbers(what: string): ModuleError {
  const known = Object.keys(numberTypes).join(', ');
  return new ModuleError(
    `Expected the NPY array to be of numbers (${known}), got ${what}. Convert it with astype('float32').`,
  );
}
