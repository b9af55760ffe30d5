import { decoderFile } from './decoder.js';
import type { ModelContent } from './model-folder.js';
import { onnxFile } from './onnx-file.js';
import { sentencePieces } from './sentence-pieces.js';

/** Builds an encoder that maps each token of its text to the token to write for it. */
function encoderFile(map: readonly number[]): Buffer {
  return onnxFile({
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['batch', 'sequence', 1] }],
    constants: [{ name: 'table', type: 'float', shape: [map.length, 1], values: map }],
    nodes: [{ op: 'Gather', inputs: ['table', 'input_ids'], output: 'last_hidden_state' }],
  });
}

const sizes = {
  d_model: 1,
  encoder_layers: 1,
  decoder_layers: 1,
  encoder_attention_heads: 1,
  decoder_attention_heads: 1,
};

/** Builds a translator that replaces the words in `dictionary` and keeps the others. */
export function tinyTranslator(dictionary: Readonly<Record<string, string>>, window = 64): ModelContent {
  const words = [...new Set([...Object.keys(dictionary), ...Object.values(dictionary)])];
  const tokens = sentencePieces([...words.map((word) => `▁${word}`), '.', '▁'], window, 'MarianTokenizer');
  const map = Array.from({ length: tokens.size }, (_, id) => id);
  for (const [from, to] of Object.entries(dictionary)) map[tokens.id(`▁${from}`)] = tokens.id(`▁${to}`);
  return {
    ...tokens.files,
    'config.json': {
      model_type: 'marian',
      architectures: ['MarianMTModel'],
      is_encoder_decoder: true,
      ...sizes,
      ...generation,
      max_position_embeddings: 512,
    },
    'generation_config.json': generation,
    'onnx/encoder_model.onnx': encoderFile(map),
    'onnx/decoder_model_merged.onnx': decoderFile({ size: tokens.size, cachesEncoder: true, promptLength: 1 }),
  };
}

const generation = { decoder_start_token_id: 2, eos_token_id: 0, pad_token_id: 2, max_length: 512 };

/** Builds a summarizer that writes the first sentence without its full stop. */
export function tinySummarizer(words: readonly string[], window = 32): ModelContent {
  const tokens = sentencePieces([...words.map((word) => `▁${word}`), '.', '▁'], window, 'BartTokenizer');
  const map = Array.from({ length: tokens.size }, (_, id) => id);
  map[tokens.id('.')] = tokens.id('</s>');
  return {
    ...tokens.files,
    'config.json': {
      model_type: 'bart',
      architectures: ['BartForConditionalGeneration'],
      is_encoder_decoder: true,
      ...sizes,
      ...generation,
      max_position_embeddings: window,
    },
    'generation_config.json': { ...generation, max_length: 142 },
    'onnx/encoder_model.onnx': encoderFile(map),
    'onnx/decoder_model_merged.onnx': decoderFile({ size: tokens.size, cachesEncoder: true, promptLength: 1 }),
  };
}
