import type { PipelineFor } from './load-pipeline.js';
/**
 * Detects the language from the first 30 seconds of audio. The first token that Whisper generates is the language, but the
 * library skips this step and assumes English.
 *
 * @returns The language code, or `undefined` if the model supports only one language.
 */
export declare function detectLanguage({ model, processor }: PipelineFor<'transcribe'>, pcm: Float32Array): Promise<string | undefined>;
