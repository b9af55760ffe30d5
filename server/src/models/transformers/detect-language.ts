import { loadLibrary } from './library.js';
import type { PipelineFor } from './load-pipeline.js';

/** The fields of the model's generation config that are used here. */
interface Generation {
  readonly is_multilingual?: boolean;
  readonly decoder_start_token_id?: number;
  /** The token ID of each language token, such as `{ "<|en|>": 50259 }`. */
  readonly lang_to_id?: Readonly<Record<string, number>>;
}

/**
 * Detects the language of at most 30 seconds of audio. The first token that Whisper generates is the language, but the library skips
 * this step and assumes English.
 *
 * @returns The language code, or `undefined` if the model supports only one language.
 */
export async function detectLanguage(
  { model, processor }: PipelineFor<'transcribe'>,
  pcm: Float32Array,
): Promise<string | undefined> {
  const {
    is_multilingual: isMultilingual,
    lang_to_id: ids,
    decoder_start_token_id: startToken,
  } = (model.generation_config ?? {}) as Generation;
  if (isMultilingual === false || ids === undefined || startToken === undefined) return undefined;
  const { Tensor } = await loadLibrary();
  const { input_features: features } = (await (processor as unknown as Invoke)(pcm)) as { input_features: unknown };
  const { logits } = (await (model as unknown as Invoke)({
    input_features: features,
    decoder_input_ids: new Tensor('int64', [BigInt(startToken)], [1, 1]),
  })) as { logits: { data: Float32Array } };
  const scores = Object.entries(ids).map(([token, id]) => ({ token, score: logits.data[id] ?? -Infinity }));
  const [best] = scores.sort((a, b) => b.score - a.score);
  return best?.token.replaceAll(/[<|>]/g, '');
}

type Invoke = (input: unknown) => Promise<unknown>;
