import type { Models, TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import { detectLanguage } from './detect-language.js';
import type { PipelineFor } from './load-pipeline.js';
import { groupWords } from './group-words.js';

/** The length of Whisper's window, in seconds. */
const windowSeconds = 30;

interface Chunk {
  readonly text: string;
  readonly timestamp: readonly [start: number | null, end: number | null];
}

export function createLocalTranscriber(recognize: PipelineFor<'transcribe'>): Models['transcribe'] {
  return {
    async transcribe(pcm, onProgress) {
      if (pcm.length === 0) return { text: '', segments: [] };
      const language = await detectLanguage(recognize, pcm.subarray(0, windowSeconds * sampleRate));
      const usesWordTimestamps = supportsWordTimestamps(recognize);
      const options = {
        return_timestamps: usesWordTimestamps ? ('word' as const) : true,
        ...(language !== undefined && { language, task: 'transcribe' }),
      };
      const segments: TranscribedSegment[] = [];
      let text = '';
      // split the audio here, because the library would use overlapping pieces and guess how to merge their texts
      for (const { startSample, samples } of splitAudio(pcm, windowSeconds)) {
        const response = (await recognize(samples, options)) as { text: string; chunks?: Chunk[] };
        text += response.text;
        const duration = samples.length / sampleRate;
        const chunks = (response.chunks ?? []).map((chunk) => toSpan(chunk, startSample / sampleRate, duration));
        segments.push(...(usesWordTimestamps ? groupWords(chunks.map(toWord)) : chunks.map(toSegment)));
        onProgress?.((startSample + samples.length) / sampleRate);
      }
      return { text, segments };
    },
  };
}

/** Returns whether the model supports word timestamps, which require alignment heads and the decoder's cross-attentions. */
function supportsWordTimestamps({ model }: PipelineFor<'transcribe'>): boolean {
  const { sessions, generation_config: config } = model as unknown as {
    sessions: Record<string, { outputNames: readonly string[] } | undefined>;
    generation_config?: { alignment_heads?: unknown };
  };
  const outputs = sessions['decoder_model_merged']?.outputNames ?? [];
  return config?.alignment_heads != null && outputs.some((name) => name.startsWith('cross_attentions'));
}

interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Converts the timestamps of a chunk to times in the recording. Replaces missing timestamps with the start and the end of the piece that
 * contains the chunk, because models can omit the final timestamp. Clamps other timestamps to the end of the piece.
 *
 * @param pieceStart The start of the piece, in seconds.
 * @param duration The duration of the piece, in seconds.
 */
function toSpan({ text, timestamp: [start, end] }: Chunk, pieceStart: number, duration: number): Span {
  const clamp = (second: number | null, fallback: number): number => Math.min(second ?? fallback, duration);
  return { text, start: pieceStart + clamp(start, 0), end: pieceStart + clamp(end, duration) };
}

/** Creates a segment without a confidence or a no-speech probability, because the library returns neither. */
function toSegment(span: Span): TranscribedSegment {
  return { ...span, noSpeechProb: null, confidence: null, words: null };
}

function toWord(span: Span): TranscribedWord {
  return { ...span, confidence: null };
}
