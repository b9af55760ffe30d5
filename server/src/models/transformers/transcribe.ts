import type { Models, TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import { detectLanguage } from './detect-language.js';
import type { PipelineFor } from './load-pipeline.js';
import { segmentsOfWords } from './segments-of-words.js';

/** Whisper processes 30 s at once. */
const windowSeconds = 30;

interface Chunk {
  readonly text: string;
  readonly timestamp: readonly [start: number | null, end: number | null];
}

export function localTranscribe(hear: PipelineFor<'transcribe'>): Models['transcribe'] {
  return {
    async transcribe(pcm, onProgress) {
      if (pcm.length === 0) return { text: '', segments: [] };
      const language = await detectLanguage(hear, pcm.subarray(0, windowSeconds * sampleRate));
      const byWord = givesWordTimes(hear);
      const options = {
        return_timestamps: byWord ? ('word' as const) : true,
        ...(language !== undefined && { language, task: 'transcribe' }),
      };
      const segments: TranscribedSegment[] = [];
      let text = '';
      // the library would cut the audio into overlapping pieces and join them by guessing from their words
      for (const { start, samples } of splitAudio(pcm, windowSeconds)) {
        const response = (await hear(samples, options)) as { text: string; chunks?: Chunk[] };
        text += response.text;
        const duration = samples.length / sampleRate;
        const chunks = (response.chunks ?? []).map((chunk) => onTime(chunk, start / sampleRate, duration));
        segments.push(...(byWord ? segmentsOfWords(chunks.map(wordOf)) : chunks.map(segmentOf)));
        onProgress?.((start + samples.length) / sampleRate);
      }
      return { text, segments };
    },
  };
}

/** Only exports that output the decoder's cross attentions have the times of words. */
function givesWordTimes({ model }: PipelineFor<'transcribe'>): boolean {
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

/** @param from Where the chunk's piece begins, in seconds. @param duration The piece's length: a model may leave the last end open. */
function onTime({ text, timestamp: [start, end] }: Chunk, from: number, duration: number): Span {
  const inside = (second: number | null, otherwise: number): number => Math.min(second ?? otherwise, duration);
  return { text, start: from + inside(start, 0), end: from + inside(end, duration) };
}

/** The library returns neither confidence nor the probability of silence. */
function segmentOf(span: Span): TranscribedSegment {
  return { ...span, noSpeechProb: null, confidence: null, words: null };
}

function wordOf(span: Span): TranscribedWord {
  return { ...span, confidence: null };
}
