import { loadTransformersLibrary } from './transformers-library.js';
import type { PipelineFor } from './load-pipeline.js';

/** The fields of Whisper's generation config that language detection needs. */
interface GenerationConfig {
  readonly is_multilingual?: boolean;
  readonly decoder_start_token_id?: number;
  /** The token ID of each language token, such as `{ "<|en|>": 50259 }`. */
  readonly lang_to_id?: Readonly<Record<string, number>>;
}

/**
 * Detects the language of at most 30 seconds of audio from the first token that Whisper predicts. The library cannot detect
 * languages: it assumes English if no language is passed.
 *
 * @returns A language code such as `en`, or `undefined` if the model is not multilingual or its generation config lacks the token IDs.
 */
export async function detectLanguage(
  { model, processor }: PipelineFor<'transcribe'>,
  pcm: Float32Array,
): Promise<string | undefined> {
  const {
    is_multilingual: isMultilingual,
    lang_to_id: ids,
    decoder_start_token_id: startToken,
  } = (model.generation_config ?? {}) as GenerationConfig;
  if (isMultilingual === false || ids === undefined || startToken === undefined) return undefined;
  const { Tensor } = await loadTransformersLibrary();
  const { input_features: features } = (await (processor as unknown as Callable)(pcm)) as { input_features: unknown };
  const { logits } = (await (model as unknown as Callable)({
    input_features: features,
    decoder_input_ids: new Tensor('int64', [BigInt(startToken)], [1, 1]),
  })) as { logits: { data: Float32Array } };
  const scores = Object.entries(ids).map(([token, id]) => ({ token, score: logits.data[id] ?? -Infinity }));
  const [best] = scores.sort((a, b) => b.score - a.score);
  return best?.token.replaceAll(/[<|>]/g, '');
}

type Callable = (input: unknown) => Promise<unknown>;
