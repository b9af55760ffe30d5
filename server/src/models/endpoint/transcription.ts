import type { Models, TranscribedSegment } from '../../module-contract/model-interfaces.js';
import type { Warn } from '../../module-contract/module.js';
import { mapInOrder } from '../map-in-order.js';
import { sampleRate, splitAudio } from '../split-audio.js';
import type { EndpointClient } from './endpoint-client.js';
import { readTranscript, transcriptSchema } from './read-transcript.js';
import { formBody, type Form } from './request-body.js';
import { wavFile } from './wav-file.js';

/** Maximum length of a piece, in seconds. A WAV file of this length is below the 25 MB limit that many endpoints have. */
const pieceSeconds = 600;

/** Features that endpoints may lack. Only `verbose_json` has times, and only some servers return the times of words. */
const optional = {
  'times of words': /granularit/i,
  'granularity of times': /granularit/i,
  verbose_json: /response_format|verbose_json/i,
  response_format: /response_format/i,
};

export function endpointTranscribe(client: EndpointClient, warn: Warn): Models['transcribe'] {
  const ask = (pcm: Float32Array) => {
    const file = wavFile(pcm, sampleRate);
    return client.ask({
      path: 'audio/transcriptions',
      body: (refused) => formBody(requestForm(client.model, file, refused)),
      optional,
      expected: 'a transcription',
      schema: transcriptSchema,
      fromText: (text) => (/^\s*</.test(text) ? undefined : { text: text.trim() }),
    });
  };
  return {
    async transcribe(pcm, onProgress) {
      const segments: TranscribedSegment[] = [];
      let text = '';
      const problems = new Set<string>();
      const parts = mapInOrder(splitAudio(pcm, pieceSeconds), client.concurrency, async ({ start, samples }) => {
        const response = await ask(samples);
        return { start, samples, transcript: readTranscript(response, samples.length / sampleRate) };
      });
      for await (const { start, samples, transcript } of parts) {
        const { text: said } = transcript;
        text += text !== '' && said !== '' && !/^\s/.test(said) ? ` ${said}` : said;
        segments.push(...transcript.segments.map((segment) => shift(segment, start / sampleRate)));
        for (const problem of transcript.problems) problems.add(problem);
        onProgress?.((start + samples.length) / sampleRate);
      }
      for (const message of problems) warn({ code: 'transcript-times', message });
      return { text, segments };
    },
  };
}

function requestForm(model: string, file: Buffer, refused: ReadonlySet<string>): Form {
  const format = refused.has('verbose_json') ? 'json' : 'verbose_json';
  const times = refused.has('times of words') ? ['segment'] : ['segment', 'word'];
  const hasTimes = format === 'verbose_json' && !refused.has('granularity of times');
  return {
    fields: [
      ['model', model],
      ...(refused.has('response_format') ? [] : [['response_format', format] as const]),
      ...(hasTimes ? times.map((value) => ['timestamp_granularities[]', value] as const) : []),
    ],
    file: { name: 'audio.wav', type: 'audio/wav', content: file },
  };
}

function shift(segment: TranscribedSegment, by: number): TranscribedSegment {
  const move = <T extends { readonly start: number; readonly end: number }>(part: T): T => ({
    ...part,
    start: part.start + by,
    end: part.end + by,
  });
  return { ...move(segment), words: segment.words?.map(move) ?? null };
}
