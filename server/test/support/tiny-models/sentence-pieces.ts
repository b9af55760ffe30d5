import { plain } from './word-pieces.js';

/** Builds a tokenizer like SentencePiece's, with pieces for whole words and full stops. It ends every text with `</s>`. */
export function sentencePieces(words: readonly string[], window: number, tokenizerClass: string) {
  const pieces = ['</s>', '<unk>', '<pad>', ...words];
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  return {
    id: (piece: string): number => ids.get(piece) ?? 1,
    size: pieces.length,
    files: {
      'tokenizer.json': {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: ['</s>', '<unk>', '<pad>'].map((content, id) => ({ id, content, special: true, ...plain })),
        normalizer: null,
        pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
        post_processor: {
          type: 'TemplateProcessing',
          single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
          pair: [],
          special_tokens: { '</s>': { id: '</s>', ids: [0], tokens: ['</s>'] } },
        },
        decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true, prepend_scheme: 'always' },
        model: { type: 'Unigram', unk_id: 1, vocab: pieces.map((piece, id) => [piece, id < 3 ? 0 : -1]) },
      },
      'tokenizer_config.json': {
        tokenizer_class: tokenizerClass,
        model_max_length: window,
        eos_token: '</s>',
        unk_token: '<unk>',
        pad_token: '<pad>',
      },
    },
  };
}
