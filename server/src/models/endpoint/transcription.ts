import { toFile } from 'openai';
import * as z from 'zod';
import { splitAudio, sampleRate } from '../split-audio.js';
import type { Models, TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
import type { EndpointClient } from './endpoint-client.js';
import { wavFile } from './wav.js';

/** A WAV file of this length is below the 25 MB that endpoints commonly take. */
const pieceSeconds = 600;

const second = z.number().min(0);
const response = z.object({
  text: z.string(),
  segments: z
    .array(
      z.object({
        start: second,
        end: second,
        text: z.string(),
        avg_logprob: z.number().nullish(),
        no_speech_prob: z.number().nullish(),
      }),
    )
    .nullish(),
  words: z.array(z.object({ word: z.string(), start: second, end: second })).nullish(),
});

type Response = z.output<typeof response>;

export function endpointTranscribe(client: EndpointClient, model: string): Models['transcribe'] {
  const ask = (pcm: Float32Array): Promise<Response> =>
    client.ask('a transcription', response, async (openai, options) =>
      openai.audio.transcriptions.create(
        {
          model,
          file: await toFile(wavFile(pcm, sampleRate), 'audio.wav', { type: 'audio/wav' }),
          response_format: 'verbose_json',
          timestamp_granularities: ['segment', 'word'],
        },
        options,
      ),
    );
  return {
    async transcribe(pcm, onProgress) {
      const segments: TranscribedSegment[] = [];
      let text = '';
      for (const { start, samples } of splitAudio(pcm, pieceSeconds)) {
        const part = await ask(samples);
        const own = segmentsOf(part, samples.length / sampleRate);
        text += text !== '' && part.text !== '' && !/^\s/.test(part.text) ? ` ${part.text}` : part.text;
        segments.push(...own.map((segment) => shift(segment, start / sampleRate)));
        onProgress?.((start + samples.length) / sampleRate);
      }
      return { text, segments };
    },
  };
}

/** Who gives no segments has heard one. */
function segmentsOf({ text, segments, words }: Response, duration: number): TranscribedSegment[] {
  const given = segments ?? (text.trim() === '' ? [] : [{ start: 0, end: duration, text }]);
  const spoken = words?.map((word): TranscribedWord => ({
    text: word.word.trim(),
    start: word.start,
    end: word.end,
    confidence: null,
  }));
  return given.map((segment, i) => {
    // a word belongs to the last segment that has begun when it does
    const next = given[i + 1]?.start ?? Infinity;
    const from = i === 0 ? 0 : segment.start;
    const { avg_logprob: logprob, no_speech_prob: silence } = { avg_logprob: null, no_speech_prob: null, ...segment };
    return {
      text: segment.text,
      start: segment.start,
      end: segment.end,
      noSpeechProb: silence ?? null,
      confidence: logprob == null ? null : Math.min(1, Math.exp(logprob)),
      words: spoken?.filter((word) => word.start >= from && word.start < next) ?? null,
    };
  });
}

function shift(segment: TranscribedSegment, by: number): TranscribedSegment {
  const move = <T extends { readonly start: number; readonly end: number }>(part: T): T => ({
    ...part,
    start: part.start + by,
    end: part.end + by,
  });
  return { ...move(segment), words: segment.words?.map(move) ?? null };
}
