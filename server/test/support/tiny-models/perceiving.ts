import { decoderFile } from './decoder.js';
import type { ModelContent } from './model-folder.js';
import { onnxFile, type Port } from './onnx-file.js';
import { plain } from './word-pieces.js';

/** Builds an encoder that chooses one plan of tokens if the mean of its input is above a level, and another otherwise. */
function chooseFile(input: Port, level: number, above: readonly number[], below: readonly number[]): Buffer {
  return onnxFile({
    inputs: [input],
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: [1, 'positions', 1] }],
    constants: [
      { name: 'level', type: 'float', shape: [1], values: [level] },
      { name: 'below', type: 'float', shape: [1, below.length, 1], values: below },
      {
        name: 'difference',
        type: 'float',
        shape: [1, below.length, 1],
        values: below.map((id, i) => (above[i] ?? 0) - id),
      },
    ],
    nodes: [
      { op: 'ReduceMean', inputs: [input.name], output: 'mean', attributes: { keepdims: 0 } },
      { op: 'Greater', inputs: ['mean', 'level'], output: 'is_above' },
      { op: 'Cast', inputs: ['is_above'], output: 'chosen', attributes: { to: 1 } },
      { op: 'Mul', inputs: ['difference', 'chosen'], output: 'change' },
      { op: 'Add', inputs: ['below', 'change'], output: 'last_hidden_state' },
    ],
  });
}

/** Builds a tokenizer like GPT-2's, whose tokens are whole words with the space before them. */
function bytePairs(tokens: readonly string[], special: readonly string[], more: object) {
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const first = tokens.length;
  return {
    id: (token: string): number => vocab[token] ?? first + special.indexOf(token),
    size: tokens.length + special.length,
    files: {
      'tokenizer.json': {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: special.map((content, i) => ({
          id: first + i,
          content,
          // the text is split at timestamps, so they must not be removed from it as special tokens
          special: !/\d/.test(content),
          ...plain,
        })),
        normalizer: null,
        pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
        post_processor: null,
        decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
        model: { type: 'BPE', dropout: null, unk_token: null, vocab, merges: [] },
      },
      'tokenizer_config.json': { model_max_length: 448, ...more },
    },
  };
}

/** Builds a captioner that says "a bright picture" or "a dark picture". */
export function tinyCaptioner(): ModelContent {
  const tokens = bytePairs(['a', 'Ġbright', 'Ġdark', 'Ġpicture'], ['<|endoftext|>'], {
    tokenizer_class: 'GPT2Tokenizer',
    eos_token: '<|endoftext|>',
  });
  const end = tokens.id('<|endoftext|>');
  const plan = (word: string): number[] => [tokens.id('a'), tokens.id(word), tokens.id('Ġpicture'), end];
  const generation = { decoder_start_token_id: end, eos_token_id: end, pad_token_id: end, max_length: 16 };
  return {
    ...tokens.files,
    'config.json': {
      model_type: 'vision-encoder-decoder',
      architectures: ['VisionEncoderDecoderModel'],
      is_encoder_decoder: true,
      encoder: { model_type: 'vit', hidden_size: 1 },
      decoder: { model_type: 'gpt2', n_head: 1, n_layer: 1, n_embd: 1 },
      ...generation,
    },
    'generation_config.json': generation,
    'preprocessor_config.json': {
      feature_extractor_type: 'ViTFeatureExtractor',
      do_resize: true,
      size: { height: 8, width: 8 },
      resample: 2,
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    },
    'onnx/encoder_model.onnx': chooseFile(
      { name: 'pixel_values', type: 'float', shape: ['batch', 3, 'height', 'width'] },
      0,
      plan('Ġbright'),
      plan('Ġdark'),
    ),
    'onnx/decoder_model_merged.onnx': decoderFile({ size: tokens.size, cachesEncoder: false, promptLength: 1 }),
  };
}

/** Whisper's timestamps: 0.00 to 30.00 seconds in steps of 0.02. */
const stamps = Array.from({ length: 1501 }, (_, i) => `<|${(i * 0.02).toFixed(2)}|>`);

/** Builds a Whisper model that hears "hello world" in Spanish in loud audio, and "silence." in English in quiet audio. */
export function tinyWhisper(): ModelContent {
  const special = [
    '<|endoftext|>',
    '<|startoftranscript|>',
    '<|en|>',
    '<|es|>',
    '<|translate|>',
    '<|transcribe|>',
    '<|startoflm|>',
    '<|startofprev|>',
    '<|nospeech|>',
    '<|notimestamps|>',
    ...stamps,
  ];
  const tokens = bytePairs(['Ġhello', 'Ġworld', 'Ġsilence', '.'], special, {
    tokenizer_class: 'WhisperTokenizer',
    eos_token: '<|endoftext|>',
    bos_token: '<|endoftext|>',
    pad_token: '<|endoftext|>',
  });
  const { id } = tokens;
  // the prompt is one token to detect the language, and three tokens to start the text, hence the unused second entry
  const plan = (language: string, words: readonly string[]): number[] => [
    id(language),
    0,
    ...['<|0.00|>', ...words, '<|1.00|>', '<|endoftext|>'].map(id),
  ];
  const generation = {
    decoder_start_token_id: id('<|startoftranscript|>'),
    eos_token_id: id('<|endoftext|>'),
    pad_token_id: id('<|endoftext|>'),
    bos_token_id: id('<|endoftext|>'),
    no_timestamps_token_id: id('<|notimestamps|>'),
    is_multilingual: true,
    lang_to_id: { '<|en|>': id('<|en|>'), '<|es|>': id('<|es|>') },
    task_to_id: { transcribe: id('<|transcribe|>'), translate: id('<|translate|>') },
    max_initial_timestamp_index: 50,
    max_length: 64,
  };
  return {
    ...tokens.files,
    'config.json': {
      model_type: 'whisper',
      architectures: ['WhisperForConditionalGeneration'],
      is_encoder_decoder: true,
      d_model: 1,
      encoder_layers: 1,
      decoder_layers: 1,
      encoder_attention_heads: 1,
      decoder_attention_heads: 1,
      num_mel_bins: 80,
      max_source_positions: 1500,
      ...generation,
    },
    'generation_config.json': generation,
    'preprocessor_config.json': {
      feature_extractor_type: 'WhisperFeatureExtractor',
      processor_class: 'WhisperProcessor',
      feature_size: 80,
      sampling_rate: 16_000,
      chunk_length: 30,
      hop_length: 160,
      n_fft: 400,
      n_samples: 480_000,
      nb_max_frames: 3000,
      padding_value: 0,
      padding_side: 'right',
      return_attention_mask: false,
    },
    'onnx/encoder_model.onnx': chooseFile(
      { name: 'input_features', type: 'float', shape: ['batch', 80, 'frames'] },
      -0.5,
      plan('<|es|>', ['Ġhello', 'Ġworld']),
      plan('<|en|>', ['Ġsilence', '.']),
    ),
    'onnx/decoder_model_merged.onnx': decoderFile({ size: tokens.size, cachesEncoder: true, promptLength: 1 }),
  };
}
