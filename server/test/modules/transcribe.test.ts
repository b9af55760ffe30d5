import { describe, expect, it } from 'vitest';
import { toPythonJson } from '../../src/formats/python-json.js';
import { toTranscriptItem } from '../../src/modules/transcribe/transcript.js';
import { encodeWav, silentMp3, tone } from '../convert/make/encode-audio.js';
import { startOpenAiServer } from '../support/endpoints/openai-server.js';
import { endpointAt } from './endpoint-at.js';
import { goldCases, hasGold, readGold } from './gold-folder.js';
import { runModule } from './run-module.js';

const recording = encodeWav(tone(440, 2, 8000), 8000);

describe('transcribe', () => {
  it('writes the transcript, its segments and their words in the format of the recorded outputs', async () => {
    const server = await startOpenAiServer();
    server.transcription = {
      text: ' Hello there. Señor?',
      segments: [
        {
          start: 0,
          end: 1.2,
          text: ' Hello there.',
          avg_logprob: Math.log(0.68449),
          no_speech_prob: 0.3379374146461487,
        },
        { start: 1.5, end: 2, text: ' Señor?' },
      ],
      words: [
        { word: ' Hello', start: 0, end: 0.365 },
        { word: 'there.', start: 0.5, end: 1 },
      ],
    };
    const { text, output, ran } = await runModule('transcribe', recording, { models: endpointAt(server.baseUrl) });
    expect(text).toBe(
      '[{"transcript": " Hello there. Se\\u00f1or?", "timestamped_transcript": [' +
        '{"id": 0, "start": 0.0, "end": 1.0, "text": " Hello there.", "no_speech_prob": 0.3379374146461487, "confidence": 0.684, ' +
        '"words": [{"text": "Hello", "start": 0.0, "end": 0.36, "confidence": null}, ' +
        '{"text": "there.", "start": 0.5, "end": 1.0, "confidence": null}]}, ' +
        '{"id": 1, "start": 1.5, "end": 2.0, "text": " Se\\u00f1or?", "no_speech_prob": null, "confidence": null, "words": []}]}]',
    );
    expect(output.facts).toEqual({ num_lines: 1 });
    expect(ran).toEqual({ name: 'whisper-tiny', route: 'endpoint' });
  });

  it('writes null for the words if the model returns no words', async () => {
    const server = await startOpenAiServer();
    server.transcription = { text: 'Hello.' };
    const { text, progress } = await runModule('transcribe', recording, { models: endpointAt(server.baseUrl) });
    expect(text).toBe(
      '[{"transcript": "Hello.", "timestamped_transcript": [{"id": 0, "start": 0.0, "end": 2.0, "text": "Hello.", ' +
        '"no_speech_prob": null, "confidence": null, "words": null}]}]',
    );
    expect(progress.at(-1)).toEqual({ current: 2, total: 2 });
  });

  it('writes an empty transcript for silence, with a warning and without a request to the model', async () => {
    const server = await startOpenAiServer();
    server.transcription = { text: 'Thanks for watching!' };
    const { text, warnings } = await runModule('transcribe', silentMp3(40), { models: endpointAt(server.baseUrl) });
    expect(text).toBe('[{"transcript": "", "timestamped_transcript": []}]');
    expect(warnings.map(({ code }) => code)).toEqual(['silent-recording']);
    expect(server.requests).toEqual([]);
  });

  it('reports progress in seconds after each part of a long recording', async () => {
    const server = await startOpenAiServer();
    const { progress } = await runModule('transcribe', encodeWav(tone(440, 605, 2000), 2000), {
      models: endpointAt(server.baseUrl),
    });
    expect(server.requests).toHaveLength(2);
    expect(progress).toHaveLength(3);
    expect(progress[0]?.current).toBeGreaterThan(500);
    expect(progress[0]?.current).toBeLessThan(605);
    expect(progress.slice(1)).toEqual([1, 2].map(() => ({ current: 605, total: 605 })));
  });

  it('rejects a recording that is too long, and a file without audio, without a request to the model', async () => {
    const server = await startOpenAiServer();
    const models = endpointAt(server.baseUrl);
    await expect(runModule('transcribe', recording, { models, limits: { maxAudioSeconds: 1 } })).rejects.toThrow(
      'Expected the recording to last at most 1 seconds',
    );
    await expect(runModule('transcribe', '[{"snippet": "no sound"}]', { models })).rejects.toThrow(
      'No audio could be read from this file',
    );
    expect(server.requests).toEqual([]);
  });

  it('stops when its signal aborts', async () => {
    const server = await startOpenAiServer('hang');
    const controller = new AbortController();
    const running = runModule('transcribe', recording, {
      models: endpointAt(server.baseUrl),
      signal: controller.signal,
    });
    const stopped = expect(running).rejects.toThrow('called off');
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort(new Error('called off'));
    await stopped;
  });
});

interface RecordedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

interface Recorded {
  readonly transcript: string;
  readonly timestamped_transcript: readonly (RecordedWord & {
    readonly no_speech_prob: number;
    readonly words: readonly RecordedWord[];
  })[];
}

describe.runIf(hasGold)('recorded transcripts of the hosted service', () => {
  const cases = goldCases.filter((gold) => gold.module_chain?.join() === 'transcribe' && gold.expected);

  it.for(cases)('$id: writes the same bytes from the same transcript', ({ expected = '' }) => {
    const recorded = readGold(expected).toString();
    const items = (JSON.parse(recorded) as Recorded[]).map(({ transcript, timestamped_transcript: segments }) =>
      toTranscriptItem({
        text: transcript,
        segments: segments.map(({ no_speech_prob: noSpeechProb, ...segment }) => ({ ...segment, noSpeechProb })),
      }),
    );
    expect(toPythonJson(items)).toBe(recorded);
  });

  it('NOT RUN without the recorded outputs: covers all recorded transcripts', () => expect(cases).toHaveLength(1));
});
