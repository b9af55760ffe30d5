/** A tokenizer like BERT's, with tokens for whole words. Everything else is `[UNK]`. */

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

export function wordPieces(words: readonly string[], window: number) {
  const vocab = Object.fromEntries([...special, ...words].map((token, id) => [token, id]));
  const marker = (token: string) => ({ id: token, ids: [vocab[token] ?? 0], tokens: [token] });
  return {
    vocab,
    files: {
      'tokenizer.json': {
        version: '1.0',
        truncation: null,
        padding: null,
        added_tokens: special.map((content, id) => ({ id, content, special: true, ...plain })),
        normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true },
        pre_tokenizer: { type: 'BertPreTokenizer' },
        post_processor: {
          type: 'TemplateProcessing',
          single: [
            { SpecialToken: { id: '[CLS]', type_id: 0 } },
            { Sequence: { id: 'A', type_id: 0 } },
            { SpecialToken: { id: '[SEP]', type_id: 0 } },
          ],
          pair: [],
          special_tokens: { '[CLS]': marker('[CLS]'), '[SEP]': marker('[SEP]') },
        },
        decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
        model: {
          type: 'WordPiece',
          unk_token: '[UNK]',
          continuing_subword_prefix: '##',
          max_input_chars_per_word: 100,
          vocab,
        },
      },
      'tokenizer_config.json': {
        tokenizer_class: 'BertTokenizer',
        model_max_length: window,
        pad_token: '[PAD]',
        unk_token: '[UNK]',
        cls_token: '[CLS]',
        sep_token: '[SEP]',
        mask_token: '[MASK]',
      },
    },
  };
}

export const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
