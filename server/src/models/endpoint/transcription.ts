import type { Models, TranscribedSegment } from '../../module-contract/model-interfaces.js';
import type { Warn } from '../../module-contract/module.js';
import { mapInOrder } from '../map-in-order.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import type { EndpointClient } from './endpoint-client.js';
import { toTranscript, transcriptSchema } from './to-transcript.js';
import { encodeForm, type Form } from './request-body.js';
import { encodeWav } from './encode-wav.js';

/** Maximum length of a piece, in seconds. A WAV file of this length is smaller than 25 MB, which is the size limit of many endpoints. */
const maxPieceSeconds = 600;

/**
 * The features that a request can omit, in the order in which to omit them. Each pattern matches error messages that reject the feature.
 * Only `verbose_json` responses contain timestamps, and only some servers support word timestamps.
 */
const optionalFeatures = {
  'word times': /granularit/i,
  'timestamp granularities': /granularit/i,
  verbose_json: /response_format|verbose_json/i,
  response_format: /response_format/i,
};

export function createEndpointTranscriber(client: EndpointClient, warn: Warn): Models['transcribe'] {
  const transcribePiece = (pcm: Float32Array) => {
    const file = encodeWav(pcm, sampleRate);
    return client.send({
      path: 'audio/transcriptions',
      createBody: (refusedFeatures) => encodeForm(createForm(client.model, file, refusedFeatures)),
      optionalFeatures,
      expected: 'a transcription',
      schema: transcriptSchema,
      parseText: (text) => (/^\s*</.test(text) ? undefined : { text: text.trim() }),
    });
  };
  return {
    async transcribe(pcm, onProgress) {
      const segments: TranscribedSegment[] = [];
      let text = '';
      const warnings = new Set<string>();
      const pieces = mapInOrder(
        splitAudio(pcm, maxPieceSeconds),
        client.concurrency,
        async ({ startSample, samples }) => {
          const response = await transcribePiece(samples);
          return { startSample, samples, transcript: toTranscript(response, samples.length / sampleRate) };
        },
      );
      for await (const { startSample, samples, transcript } of pieces) {
        const { text: pieceText } = transcript;
        text += text !== '' && pieceText !== '' && !/^\s/.test(pieceText) ? ` ${pieceText}` : pieceText;
        segments.push(...transcript.segments.map((segment) => shiftTimes(segment, startSample / sampleRate)));
        for (const warning of transcript.warnings) warnings.add(warning);
        onProgress?.((startSample + samples.length) / sampleRate);
      }
      for (const message of warnings) warn({ code: 'transcript-times', message });
      return { text, segments };
    },
  };
}

function createForm(model: string, file: Buffer, refusedFeatures: ReadonlySet<string>): Form {
  const format = refusedFeatures.has('verbose_json') ? 'json' : 'verbose_json';
  const granularities = refusedFeatures.has('word times') ? ['segment'] : ['segment', 'word'];
  const wantsTimestamps = format === 'verbose_json' && !refusedFeatures.has('timestamp granularities');
  return {
    fields: [
      ['model', model],
      ...(refusedFeatures.has('response_format') ? [] : [['response_format', format] as const]),
      ...(wantsTimestamps ? granularities.map((value) => ['timestamp_granularities[]', value] as const) : []),
    ],
    file: { name: 'audio.wav', type: 'audio/wav', content: file },
  };
}

function shiftTimes(segment: TranscribedSegment, seconds: number): TranscribedSegment {
  const shift = <T extends { readonly start: number; readonly end: number }>(part: T): T => ({
    ...part,
    start: part.start + seconds,
    end: part.end + seconds,
  });
  return { ...shift(segment), words: segment.words?.map(shift) ?? null };
}
