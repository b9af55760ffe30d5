import { onnxFile } from './onnx-file.js';
import type { ModelContent } from './model-folder.js';
import { wordPieces } from './word-pieces.js';

/** Returns a pseudo-random number from -0.5 to 0.5 that is the same on every machine. */
export function noise(row: number, column: number): number {
  const value = Math.sin((row + 1) * 12.9898 + (column + 1) * 78.233) * 43_758.5453;
  return Math.fround(value - Math.floor(value) - 0.5);
}

const ids = { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] } as const;
const mask = { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] } as const;

/** Builds a model that looks up the output for each token in a table. */
function tokenTable(rows: number, columns: number, scale: number): Buffer {
  const values = Array.from({ length: rows * columns }, (_, i) => scale * noise(Math.floor(i / columns), i % columns));
  return onnxFile({
    inputs: [ids, mask],
    outputs: [{ name: 'last_hidden_state', type: 'float', shape: ['batch', 'sequence', columns] }],
    constants: [{ name: 'table', type: 'float', shape: [rows, columns], values }],
    nodes: [{ op: 'Gather', inputs: ['table', 'input_ids'], output: 'last_hidden_state' }],
  });
}

/** Builds a BERT model whose word vectors are {@link noise}, twice as long in the quantized model, so that tests can tell which one ran. */
export function tinyEmbedder(words: readonly string[], { dimension = 8, window = 16 } = {}): ModelContent {
  const { vocab, files } = wordPieces(words, window);
  const rows = Object.keys(vocab).length;
  return {
    ...files,
    'config.json': { model_type: 'bert', architectures: ['BertModel'], hidden_size: dimension },
    'onnx/model.onnx': tokenTable(rows, dimension, 1),
    'onnx/model_quantized.onnx': tokenTable(rows, dimension, 2),
  };
}

/** Builds a classifier that adds up the weights of the words for each label. */
export function tinyClassifier(
  labels: readonly string[],
  weights: Readonly<Record<string, readonly number[]>>,
  window = 16,
): ModelContent {
  const { vocab, files } = wordPieces(Object.keys(weights), window);
  const values = Object.keys(vocab).flatMap((token) => weights[token] ?? labels.map(() => 0));
  const model = onnxFile({
    inputs: [ids, mask],
    outputs: [{ name: 'logits', type: 'float', shape: ['batch', labels.length] }],
    constants: [
      { name: 'table', type: 'float', shape: [Object.keys(vocab).length, labels.length], values },
      { name: 'words', type: 'int64', shape: [1], values: [1] },
    ],
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], output: 'weights' },
      { op: 'ReduceSum', inputs: ['weights', 'words'], output: 'logits', attributes: { keepdims: 0 } },
    ],
  });
  return {
    ...files,
    'config.json': {
      model_type: 'distilbert',
      architectures: ['DistilBertForSequenceClassification'],
      id2label: Object.fromEntries(labels.entries()),
      label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
    },
    'onnx/model.onnx': model,
  };
}
