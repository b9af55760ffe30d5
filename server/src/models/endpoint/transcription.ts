import { toFile } from 'openai';
import * as z from 'zod';
import type { Models, TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import type { EndpointClient } from './endpoint-client.js';

/** Maximum length of a piece, in seconds. A WAV file of this length is below the 25 MB limit that many endpoints have. */
const pieceSeconds = 600;

const second = z.number().min(0);
const transcription = z.object({
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

type Transcription = z.output<typeof transcription>;

export function endpointTranscribe(client: EndpointClient, model: string): Models['transcribe'] {
  const ask = (pcm: Float32Array): Promise<Transcription> =>
    client.ask('a transcription', transcription, async (openai, options) =>
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
        const pieceSegments = segmentsOf(part, samples.length / sampleRate);
        text += text !== '' && part.text !== '' && !/^\s/.test(part.text) ? ` ${part.text}` : part.text;
        segments.push(...pieceSegments.map((segment) => shift(segment, start / sampleRate)));
        onProgress?.((start + samples.length) / sampleRate);
      }
      return { text, segments };
    },
  };
}

/** Converts a response to segments. A response without segments becomes a single segment. */
function segmentsOf({ text, segments, words }: Transcription, duration: number): TranscribedSegment[] {
  const parts = segments ?? (text.trim() === '' ? [] : [{ start: 0, end: duration, text }]);
  const spoken = words?.map((word): TranscribedWord => ({
    text: word.word.trim(),
    start: word.start,
    end: word.end,
    confidence: null,
  }));
  return parts.map((segment, i) => {
    // a word belongs to the last segment that starts before it
    const next = parts[i + 1]?.start ?? Infinity;
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

/**
 * Encodes samples between -1 and 1 as a 16-bit mono WAV file. The RIFF header is described in "Multimedia Programming Interface
 * and Data Specifications 1.0" (IBM and Microsoft, 1991).
 */
function wavFile(pcm: Float32Array, rate: number): Buffer<ArrayBuffer> {
  const file = Buffer.alloc(44 + pcm.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + pcm.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(pcm.length * 2, 40);
  pcm.forEach((sample, i) => {
    file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), 44 + i * 2);
  });
  return file;
}
