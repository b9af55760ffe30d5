import type { Models, TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import { detectLanguage } from './detect-language.js';
import type { PipelineFor } from './load-pipeline.js';
import { segmentsOfWords } from './segments-of-words.js';

/** Whisper processes 30 seconds of audio at a time. */
const windowSeconds = 30;

interface Chunk {
  readonly text: string;
  readonly timestamp: readonly [start: number | null, end: number | null];
}

export function localTranscribe(recognize: PipelineFor<'transcribe'>): Models['transcribe'] {
  return {
    async transcribe(pcm, onProgress) {
      if (pcm.length === 0) return { text: '', segments: [] };
      const language = await detectLanguage(recognize, pcm.subarray(0, windowSeconds * sampleRate));
      const byWord = hasWordTimestamps(recognize);
      const options = {
        return_timestamps: byWord ? ('word' as const) : true,
        ...(language !== undefined && { language, task: 'transcribe' }),
      };
      const segments: TranscribedSegment[] = [];
      let text = '';
      // the audio is split here, because the library would use overlapping pieces and guess from their words how to join them
      for (const { start, samples } of splitAudio(pcm, windowSeconds)) {
        const response = (await recognize(samples, options)) as { text: string; chunks?: Chunk[] };
        text += response.text;
        const duration = samples.length / sampleRate;
        const chunks = (response.chunks ?? []).map((chunk) => toSpan(chunk, start / sampleRate, duration));
        segments.push(...(byWord ? segmentsOfWords(chunks.map(wordOf)) : chunks.map(segmentOf)));
        onProgress?.((start + samples.length) / sampleRate);
      }
      return { text, segments };
    },
  };
}

/** Returns whether the model can output word timestamps, which requires an export with the decoder's cross-attentions. */
function hasWordTimestamps({ model }: PipelineFor<'transcribe'>): boolean {
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
 * Converts the timestamps of a chunk to times in the recording.
 *
 * @param from The start of the chunk's piece, in seconds.
 * @param duration The piece's length, in seconds. It replaces a missing end timestamp, because a model may omit the last one.
 */
function toSpan({ text, timestamp: [start, end] }: Chunk, from: number, duration: number): Span {
  const inside = (second: number | null, otherwise: number): number => Math.min(second ?? otherwise, duration);
  return { text, start: from + inside(start, 0), end: from + inside(end, duration) };
}

/** Sets the confidence and the no-speech probability to `null`, because the library returns neither. */
function segmentOf(span: Span): TranscribedSegment {
  return { ...span, noSpeechProb: null, confidence: null, words: null };
}

function wordOf(span: Span): TranscribedWord {
  return { ...span, confidence: null };
}
