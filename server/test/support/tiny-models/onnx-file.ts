/**
 * Writes ONNX files, so that tests have models without a download or another package. Encodes by hand the protocol buffers of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto that small graphs need.
 */

export type ElementType = 'float' | 'int64' | 'bool';

const elementTypes: Readonly<Record<ElementType, number>> = { float: 1, int64: 7, bool: 9 };

export interface Port {
  readonly name: string;
  readonly type: ElementType;
  /** Numbers, or the names of lengths that are known only at run time. */
  readonly shape: readonly (number | string)[];
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Whole numbers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface Constant {
  readonly name: string;
  readonly type: 'float' | 'int64';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface Graph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly constants: readonly Constant[];
  readonly nodes: readonly Node[];
}

export function onnxFile({ inputs, outputs, constants, nodes }: Graph): Buffer {
  const graph = [
    ...nodes.map((node) => bytes(1, encodeNode(node))),
    text(2, 'tiny'),
    ...constants.map((constant) => bytes(5, encodeConstant(constant))),
    ...inputs.map((port) => bytes(11, encodePort(port))),
    ...outputs.map((port) => bytes(12, encodePort(port))),
  ];
  const opset = Buffer.concat([text(1, ''), whole(2, 17)]);
  return Buffer.concat([whole(1, 8), text(2, 'tests'), bytes(8, opset), bytes(7, Buffer.concat(graph))]);
}

function encodeNode({ op, inputs, output, attributes = {} }: Node): Buffer {
  return Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, `${op} ${output}`),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, encodeAttribute(name, value))),
  ]);
}

function encodeAttribute(name: string, value: number | readonly number[]): Buffer {
  const [INT, INTS] = [2, 7];
  return typeof value === 'number'
    ? Buffer.concat([text(1, name), whole(3, value), whole(20, INT)])
    : Buffer.concat([text(1, name), ...value.map((item) => whole(8, item)), whole(20, INTS)]);
}

function encodeConstant({ name, type, shape, values }: Constant): Buffer {
  const data =
    type === 'float'
      ? Buffer.from(Float32Array.from(values).buffer)
      : Buffer.from(BigInt64Array.from(values, BigInt).buffer);
  return Buffer.concat([
    ...shape.map((length) => whole(1, length)),
    whole(2, elementTypes[type]),
    text(8, name),
    bytes(9, data),
  ]);
}

function encodePort({ name, type, shape }: Port): Buffer {
  const dimensions = shape.map((length) => bytes(1, typeof length === 'number' ? whole(1, length) : text(2, length)));
  const tensor = Buffer.concat([whole(1, elementTypes[type]), bytes(2, Buffer.concat(dimensions))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

function whole(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

/** Encodes seven bits per byte, the lowest first; a negative number as its 64-bit two's complement. */
function varint(value: number): Buffer {
  const parts: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    parts.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(parts);
}
