import type { Models, TranscribedSegment, TranscribedWord } from '../model-interfaces.js';
import { sampleRate } from '../split-audio.js';
import { detectLanguage } from './detect-language.js';
import type { PipelineFor } from './load-pipeline.js';
import { segmentsOfWords } from './segments-of-words.js';

/** Whisper hears 30 s at once; what is longer goes in overlapping pieces. */
const windowSeconds = 30;

interface Chunk {
  readonly text: string;
  readonly timestamp: readonly [start: number | null, end: number | null];
}

export function localTranscribe(hear: PipelineFor<'transcribe'>): Models['transcribe'] {
  return {
    async transcribe(pcm) {
      if (pcm.length === 0) return { text: '', segments: [] };
      const duration = pcm.length / sampleRate;
      const language = await detectLanguage(hear, pcm.subarray(0, windowSeconds * sampleRate));
      const byWord = givesWordTimes(hear);
      const answer = (await hear(pcm, {
        return_timestamps: byWord ? 'word' : true,
        ...(duration > windowSeconds && { chunk_length_s: windowSeconds }),
        ...(language !== undefined && { language, task: 'transcribe' }),
      })) as { text: string; chunks?: Chunk[] };
      const chunks = answer.chunks ?? [];
      const segments = byWord
        ? segmentsOfWords(chunks.map((chunk) => wordOf(chunk, duration)))
        : chunks.map((chunk) => segmentOf(chunk, duration));
      return { text: answer.text, segments };
    },
  };
}

/** Only exports that give out what the decoder attends to can say when a word was said. */
function givesWordTimes({ model }: PipelineFor<'transcribe'>): boolean {
  const { sessions, generation_config: config } = model as unknown as {
    sessions: Record<string, { outputNames: readonly string[] } | undefined>;
    generation_config?: { alignment_heads?: unknown };
  };
  const outputs = sessions['decoder_model_merged']?.outputNames ?? [];
  return config?.alignment_heads != null && outputs.some((name) => name.startsWith('cross_attentions'));
}

function times({ timestamp: [start, end] }: Chunk, duration: number): { start: number; end: number } {
  // a model may leave the last end open
  return { start: start ?? 0, end: Math.min(end ?? duration, Math.max(duration, start ?? 0)) };
}

/** Confidence and the probability of silence are not the library's to give. */
function segmentOf(chunk: Chunk, duration: number): TranscribedSegment {
  return { text: chunk.text, ...times(chunk, duration), noSpeechProb: null, confidence: null, words: null };
}

function wordOf(chunk: Chunk, duration: number): TranscribedWord {
  return { text: chunk.text, ...times(chunk, duration), confidence: null };
}
