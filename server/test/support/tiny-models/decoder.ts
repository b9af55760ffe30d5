import { onnxFile, type Constant, type Node, type Port } from './onnx-file.js';

export interface DecoderOptions {
  /** The number of tokens in the vocabulary. */
  readonly size: number;
  /** Whether the cache also has the encoder's part, as in models of the BART family. GPT-2 caches only the decoder's. */
  readonly cachesEncoder: boolean;
  /** The number of tokens in the prompt, before the first generated token. */
  readonly promptLength: number;
}

/**
 * Builds a decoder that writes what the encoder has already decided: the encoder's state is one number per position, the token to
 * write there. Like a real decoder, it knows its position from its cache. The logits of token `i` are `-10 (i - wanted)²`.
 */
export function decoderFile({ size, cachesEncoder, promptLength }: DecoderOptions): Buffer {
  const decoderPart = cachesEncoder ? '0.decoder' : '0';
  const cached = cachesEncoder ? [decoderPart, '0.encoder'] : [decoderPart];
  const cachePort = (prefix: string, part: string, kind: string, length: string): Port => ({
    name: `${prefix}.${part}.${kind}`,
    type: 'float',
    shape: ['batch', 1, length, 1],
  });
  const kinds = ['key', 'value'];
  const past = cached.flatMap((part) => kinds.map((kind) => cachePort('past_key_values', part, kind, `past_${part}`)));
  const present = cached.flatMap((part) => kinds.map((kind) => cachePort('present', part, kind, `present_${part}`)));
  return onnxFile({
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'encoder_hidden_states', type: 'float', shape: ['batch', 'positions', 1] },
      ...past,
      { name: 'use_cache_branch', type: 'bool', shape: [1] },
    ],
    outputs: [{ name: 'logits', type: 'float', shape: ['batch', 1, size] }, ...present],
    constants: [...makeConstants(size, promptLength)],
    nodes: [...readPlan(decoderPart), ...writeLogits(), ...keepCache(decoderPart, cachesEncoder)],
  });
}

function makeConstants(size: number, promptLength: number): Constant[] {
  return [
    { name: 'zero', type: 'int64', shape: [1], values: [0] },
    { name: 'one', type: 'int64', shape: [1], values: [1] },
    { name: 'two', type: 'int64', shape: [1], values: [2] },
    { name: 'three', type: 'int64', shape: [1], values: [3] },
    { name: 'prompt', type: 'int64', shape: [1], values: [promptLength] },
    { name: 'ids', type: 'float', shape: [1, 1, size], values: Array.from({ length: size }, (_, id) => id) },
    { name: 'steep', type: 'float', shape: [1], values: [-10] },
    { name: 'nothing', type: 'float', shape: [1], values: [0] },
  ];
}

/** Computes `wanted`: the encoder's number at position cached + given - prompt, or the last one beyond the end. */
function readPlan(decoderPart: string): Node[] {
  return [
    { op: 'Shape', inputs: [`past_key_values.${decoderPart}.key`], output: 'cache_shape' },
    { op: 'Slice', inputs: ['cache_shape', 'two', 'three'], output: 'cached' },
    { op: 'Shape', inputs: ['input_ids'], output: 'given_shape' },
    { op: 'Slice', inputs: ['given_shape', 'one', 'two'], output: 'given' },
    { op: 'Add', inputs: ['cached', 'given'], output: 'written' },
    { op: 'Sub', inputs: ['written', 'prompt'], output: 'position' },
    { op: 'Shape', inputs: ['encoder_hidden_states'], output: 'plan_shape' },
    { op: 'Slice', inputs: ['plan_shape', 'one', 'two'], output: 'plan_length' },
    { op: 'Sub', inputs: ['plan_length', 'one'], output: 'plan_end' },
    { op: 'Min', inputs: ['position', 'plan_end'], output: 'before_end' },
    { op: 'Max', inputs: ['before_end', 'zero'], output: 'inside' },
    { op: 'Gather', inputs: ['encoder_hidden_states', 'inside'], output: 'wanted', attributes: { axis: 1 } },
  ];
}

function writeLogits(): Node[] {
  return [
    { op: 'Sub', inputs: ['ids', 'wanted'], output: 'off' },
    { op: 'Mul', inputs: ['off', 'off'], output: 'square' },
    { op: 'Mul', inputs: ['square', 'steep'], output: 'logits' },
  ];
}

/** Updates the caches: the decoder's grows by the given tokens; the encoder's is as long as its state. */
function keepCache(decoderPart: string, cachesEncoder: boolean): Node[] {
  const added: Node[] = [
    { op: 'Cast', inputs: ['input_ids'], output: 'given_numbers', attributes: { to: 1 } },
    { op: 'Mul', inputs: ['given_numbers', 'nothing'], output: 'blank' },
    { op: 'Unsqueeze', inputs: ['blank', 'one'], output: 'blank_heads' },
    { op: 'Unsqueeze', inputs: ['blank_heads', 'three'], output: 'blank_cache' },
  ];
  const grow = ['key', 'value'].map((kind): Node => ({
    op: 'Concat',
    inputs: [`past_key_values.${decoderPart}.${kind}`, 'blank_cache'],
    output: `present.${decoderPart}.${kind}`,
    attributes: { axis: 2 },
  }));
  const encoder = ['key', 'value'].map((kind): Node => ({
    op: 'Unsqueeze',
    inputs: ['encoder_hidden_states', 'one'],
    output: `present.0.encoder.${kind}`,
  }));
  return [...added, ...grow, ...(cachesEncoder ? encoder : [])];
}
