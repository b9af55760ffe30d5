import { execFile } from 'node:child_process';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kindFromFileName } from 'millrace/shared/modules/file-kinds.js';
import { describe, expect, it } from 'vitest';
import { decodeInProcess } from '../../src/convert/audio/decode-in-process.js';
import { decodeWithFfmpeg } from '../../src/convert/audio/decode-with-ffmpeg.js';
import { decodeChunks, readAudio } from '../../src/convert/audio/read-audio.js';
import { Resampler, modelSampleRate } from '../../src/convert/audio/resampler.js';
import { findProgram } from '../../src/system/find-program.js';
import { ModuleError, type ModuleWarning } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodeWav, encodeWave64, plainFlac, silentFlac, silentMp3, tone } from './make/encode-audio.js';

const execute = promisify(execFile);
const hasFfmpeg = (await findProgram('ffmpeg')) !== undefined;
const limits = { maxAudioSeconds: 60 };
const signal = new AbortController().signal;
const filePath = (name: string): string => fileURLToPath(new URL(`files/${name}`, import.meta.url));

async function writeRecording(content: Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), 'recording');
  await writeFile(path, content);
  return path;
}

async function collect(chunks: AsyncIterable<Float32Array> | undefined): Promise<Float32Array> {
  const all: number[] = [];
  for await (const chunk of chunks ?? []) for (const sample of chunk) all.push(sample);
  return Float32Array.from(all);
}

const inProcess = async (path: string) => collect(await decodeInProcess(path, signal));
const withFfmpeg = async (path: string) => collect(await decodeWithFfmpeg(path, { maxSeconds: 60, signal }));

/** Returns the frequency of a tone, from its zero crossings. Leaves out the start and the end, where codecs fade. */
function frequency(samples: Float32Array): number {
  const middle = samples.subarray(modelSampleRate * 0.1, modelSampleRate * 0.4);
  let crossings = 0;
  for (let i = 1; i < middle.length; i++) if (Math.sign(middle[i - 1] ?? 0) !== Math.sign(middle[i] ?? 0)) crossings++;
  return crossings / 2 / 0.3;
}

describe('half a second of 440 Hz', () => {
  const files = ['tone.mp3', 'tone-in-quicktime.mp3', 'tone-vorbis.ogg', 'tone-opus.ogg'];

  it.for(files)('is decoded from %s without ffmpeg', async (name) => {
    const samples = await inProcess(filePath(name));
    expect(samples.length / modelSampleRate).toBeCloseTo(0.5, 0);
    expect(Math.abs(frequency(samples) - 440)).toBeLessThan(8);
  });

  it('is decoded from a WAV file of any sample rate', async () => {
    for (const rate of [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]) {
      const samples = await inProcess(await writeRecording(encodeWav(tone(440, 0.5, rate), rate)));
      expect(samples.length / modelSampleRate).toBeCloseTo(0.5, 1);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it('is decoded from WAV files with an odd-sized chunk, padded or not, and from RF64 and Wave64 files', async () => {
    const wav = encodeWav(tone(440, 0.5, 16_000), 16_000);
    const [riff, sound] = [wav.subarray(0, 36), wav.subarray(36)];
    const odd = Buffer.from('LIST\x03\0\0\0abc', 'latin1');
    const large = Buffer.from('ds64\x1c\0\0\0'.padEnd(36, '\0'), 'latin1');
    large.writeUInt32LE(sound.length - 8, 16);
    const unknown = Buffer.from(sound);
    unknown.writeUInt32LE(0xffff_ffff, 4);
    const junk = Buffer.from('junk'.repeat(500));
    for (const parts of [
      [riff, odd, Buffer.alloc(1), sound, junk],
      [riff, odd, sound, junk],
      [Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'), large, riff.subarray(12), unknown, junk],
      [encodeWave64(wav), junk],
    ]) {
      const samples = await inProcess(await writeRecording(Buffer.concat(parts)));
      expect(samples).toHaveLength(8000);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it('is decoded from two channels of opposite phase', async () => {
    const mono = tone(440, 0.5, 44_100);
    const wav = encodeWav(
      Float32Array.from({ length: 2 * mono.length }, (_, i) => (i % 2 === 0 ? 1 : -1) * (mono[i >> 1] ?? 0)),
      44_100,
    );
    // the number of channels, the bytes per second, the bytes per sample of all channels
    wav.writeUInt16LE(2, 22);
    wav.writeUInt32LE(4 * 44_100, 28);
    wav.writeUInt16LE(4, 32);
    const path = await writeRecording(wav);
    for (const read of hasFfmpeg ? [inProcess, withFfmpeg] : [inProcess]) {
      const samples = await read(path);
      expect(Math.max(...samples)).toBeCloseTo(0.5, 1);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it.runIf(hasFfmpeg).for([...files, 'tone.m4a', 'tone.webm'])('is decoded from %s with ffmpeg', async (name) => {
    const samples = await withFfmpeg(filePath(name));
    expect(samples.length / modelSampleRate).toBeCloseTo(0.5, 0);
    expect(Math.abs(frequency(samples) - 440)).toBeLessThan(8);
  });

  it.runIf(hasFfmpeg)('is decoded from the second track if the first one is silent, with a warning', async () => {
    const directory = await temporaryDirectory();
    const [silent, audible] = [join(directory, 'silent.wav'), join(directory, 'heard.wav')];
    await writeFile(silent, encodeWav(new Float32Array(8000), 16_000));
    await writeFile(audible, encodeWav(tone(440, 0.5, 16_000), 16_000));
    for (const [first, second] of [
      [silent, audible],
      [audible, silent],
    ] as const) {
      const both = join(directory, 'both.mka');
      await execute('ffmpeg', [
        '-y',
        '-i',
        first,
        '-i',
        second,
        ...['-map', '0:a', '-map', '1:a', '-c:a', 'copy'],
        both,
      ]);
      const warnings: ModuleWarning[] = [];
      const { samples } = await readAudio(both, limits, signal, (warning) => warnings.push(warning));
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
      const message = 'The main audio track is silent. Track 2 was read instead.';
      expect(warnings).toEqual(first === silent ? [{ code: 'other-sound-track', message }] : []);
    }
  });

  it.skipIf(hasFfmpeg)('NOT RUN, because ffmpeg is not installed: the formats that need ffmpeg', () => undefined);

  it.runIf(hasFfmpeg)('is nearly the same, sample by sample, with ffmpeg and without', async () => {
    const path = await writeRecording(encodeWav(tone(440, 0.5, 44_100), 44_100));
    const [ours, theirs] = [await inProcess(path), await withFfmpeg(path)];
    const differences = ours.subarray(500, 7500).map((sample, i) => Math.abs(sample - (theirs[i + 500] ?? 9)));
    expect(Math.max(...differences)).toBeLessThan(0.002);
  });
});

describe('a FLAC file', () => {
  it('loses no samples if a chunk ends inside a frame header', async () => {
    const samples = tone(440, 10, modelSampleRate);
    const read = await inProcess(await writeRecording(plainFlac(samples)));
    expect(read).toHaveLength(samples.length);
    const differences = samples.map((sample, i) => Math.abs(sample - (read[i] ?? 9))).subarray(100, -100);
    expect(Math.max(...differences.subarray(0, 100_000))).toBeLessThan(0.01);
    let silent = 0;
    for await (const { length } of await decodeInProcess(await writeRecording(silentFlac(120)), signal))
      silent += length;
    expect(silent / modelSampleRate).toBeCloseTo(120.1475, 2);
  });

  it('is not decoded if its header declares more seconds than the limit', async () => {
    const path = await writeRecording(silentFlac(10, 90));
    await expect(readAudio(path, limits, signal)).rejects.toThrow('at most 60 seconds, got 90.');
    expect((await readAudio(await writeRecording(silentFlac(10, 50)), limits, signal)).seconds).toBeLessThan(15);
    // the number of samples has 36 bits
    const long = silentFlac(1, 1);
    long[21]! |= 1;
    await expect(readAudio(await writeRecording(long), limits, signal)).rejects.toThrow('got 89480.');
  });
});

describe('the resampler', () => {
  it('returns the same samples however its input is split', () => {
    const input = tone(1000, 0.2, 44_100);
    const whole = new Resampler(44_100);
    const once = [...whole.push(input), ...whole.flush()];
    const pieces = new Resampler(44_100);
    const often: number[] = [];
    for (let at = 0, size = 1; at < input.length; at += size, size = (size * 3) % 997) {
      often.push(...pieces.push(input.subarray(at, at + size)));
    }
    often.push(...pieces.flush());
    expect(often).toEqual(once);
  });

  it('keeps frequencies below 8 kHz and removes those above', () => {
    const strength = (hertz: number): number => {
      const output = new Resampler(48_000).push(tone(hertz, 0.5, 48_000)).subarray(1000, 7000);
      return Math.sqrt(output.reduce((sum, sample) => sum + sample * sample, 0) / output.length) / Math.SQRT1_2 / 0.5;
    };
    expect(strength(100)).toBeCloseTo(1, 2);
    expect(strength(6000)).toBeCloseTo(1, 2);
    expect(strength(9000)).toBeLessThan(0.01);
    expect(strength(20_000)).toBeLessThan(0.001);
  });
});

describe('an unreadable recording', () => {
  it.for<[string, () => Promise<string>, string]>([
    ['a text', () => writeRecording(Buffer.from('no sound at all')), 'No audio could be read from this file'],
    ['an empty file', () => writeRecording(Buffer.alloc(0)), 'No audio could be read from this file'],
    [
      'a tag with no mp3 after it',
      () => writeRecording(Buffer.from('ID3\x03\0\0\0\0\0\x0a1234567890')),
      'No audio could be',
    ],
    [
      'a wav file cut within its header',
      () => writeRecording(encodeWav(tone(1, 1, 8000), 8000).subarray(0, 30)),
      'No audio',
    ],
    [
      'noise that begins like FLAC',
      () => writeRecording(Buffer.from(`fLaC${'x'.repeat(5000)}`)),
      'No audio could be read',
    ],
  ])('is rejected with the reason: %s', async ([, make, message]) => {
    const path = await make();
    for (const route of [() => inProcess(path), () => readAudio(path, limits, signal)]) {
      // readAudio turns an empty result into the same error
      const outcome = await route().then(
        (samples) => samples,
        (error: unknown) => error,
      );
      if (outcome instanceof Float32Array) expect(outcome).toHaveLength(0);
      else {
        expect(outcome).toBeInstanceOf(ModuleError);
        expect((outcome as Error).message).toContain(message);
      }
    }
    await expect(readAudio(path, limits, signal)).rejects.toThrow(message);
  });

  it('is rejected as AAC without ffmpeg', async () => {
    await expect(inProcess(filePath('tone.m4a'))).rejects.toThrow('The audio in this file (AAC) needs ffmpeg');
  });

  it('is rejected as WebM without ffmpeg', async () => {
    await expect(inProcess(filePath('tone.webm'))).rejects.toThrow('The audio in this file (WebM) needs ffmpeg');
  });

  it.for<[string, string]>([
    ['AIFF', 'FORM\0\0\x10\0AIFFCOMM'],
    ['Core Audio', 'caff\0\x01\0\0desc'],
    ['AU', '.snd\0\0\0\x18\xff\xff\xff\xff\0\0\0\x03'],
    ['AMR', '#!AMR\n'],
    // the identifier, and the rest of a header without parts
    ['Windows Media', `\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c\x1e${'\0'.repeat(13)}`],
    ['Matroska', '\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska'],
    ['Speex', `OggS\0\x02${'\0'.repeat(21)}\x50Speex   1.2`],
  ])('is rejected with the name of its format without ffmpeg: %s', async ([kind, start]) => {
    await expect(inProcess(await writeRecording(Buffer.from(start, 'latin1')))).rejects.toThrow(
      `The audio in this file (${kind}) needs ffmpeg`,
    );
  });

  it('is not rejected by its extension alone', () => {
    for (const extension of ['3gp', 'mka', 'aiff', 'caf', 'wma', 'au', 'w64', 'spx', 'amr']) {
      expect([extension, kindFromFileName(`call.${extension}`)?.format]).toEqual([extension, 'audio']);
    }
  });

  it('is rejected without ffmpeg: noise, an mp3 with a free bit rate, a big-endian WAV', async () => {
    let seed = 1;
    const noise = Buffer.from(Uint8Array.from({ length: 60_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) >> 8));
    await expect(inProcess(await writeRecording(noise))).rejects.toThrow('it is neither an mp3');
    await expect(
      inProcess(await writeRecording(Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0'), noise]))),
    ).rejects.toThrow('neither an mp3');
    const free = silentMp3(10);
    for (let at = 2; at < free.length; at += 417) free[at] = 0;
    await expect(inProcess(await writeRecording(free))).rejects.toThrow('an mp3 with a free bit rate');
    const wav = encodeWav(tone(440, 0.1, 8000), 8000);
    wav.write('RIFX', 0, 'latin1');
    await expect(inProcess(await writeRecording(wav))).rejects.toThrow('a big-endian WAV, RIFX');
  });

  it.runIf(hasFfmpeg)('is rejected if it is a playlist that refers to another file', async () => {
    const directory = await temporaryDirectory();
    await copyFile(filePath('tone.mp3'), join(directory, 'secret.mp3'));
    const path = join(directory, 'list.m3u8');
    await writeFile(path, '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.mp3\n#EXT-X-ENDLIST\n');
    await expect(withFfmpeg(path)).rejects.toThrow('No audio could be read from this file');
  });

  it('is rejected if its header declares an impossible sample rate', async () => {
    const wav = encodeWav(tone(440, 0.1, 8000), 8000);
    wav.writeUInt32LE(4_000_000_000, 24);
    await expect(inProcess(await writeRecording(wav))).rejects.toThrow('between 1000 and 768000 Hz, got 4000000000');
  });
});

describe('a long recording', () => {
  it('is decoded only up to the limit: three hours in 112 kB of FLAC', async () => {
    const bytes = silentFlac(3 * 3600);
    expect(bytes.length).toBeLessThan(120_000);
    const path = await writeRecording(bytes);
    await expect(readAudio(path, limits, signal)).rejects.toThrow('Expected the recording to last at most 60 seconds');
    let seconds = 0;
    for await (const chunk of await decodeInProcess(path, signal)) {
      // what one chunk of the file decodes to
      expect(chunk.length / modelSampleRate).toBeLessThan(50);
      seconds += chunk.length / modelSampleRate;
      if (seconds > 60) break;
    }
    expect(seconds).toBeGreaterThan(60);
  });

  it('may be exactly as long as the limit', async () => {
    const path = await writeRecording(encodeWav(tone(440, 2, 8000), 8000));
    expect((await readAudio(path, { maxAudioSeconds: 2.05 }, signal)).seconds).toBeCloseTo(2, 1);
    await expect(readAudio(path, { maxAudioSeconds: 1.9 }, signal)).rejects.toThrow('at most 1.9 seconds');
  });

  it('is decoded in chunks', async () => {
    const path = await writeRecording(silentMp3(500));
    const sizes: number[] = [];
    for await (const chunk of decodeChunks(path, limits, signal)) sizes.push(chunk.length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((a, b) => a + b) / modelSampleRate).toBeCloseTo((500 * 1152) / 44_100, 0);
  });
});

it('decodeChunks stops when its signal aborts', async () => {
  const path = await writeRecording(silentFlac(3600));
  const abort = new AbortController();
  const reading = (async () => {
    for await (const { length } of decodeChunks(path, { maxAudioSeconds: 9999 }, abort.signal))
      if (length > 0) abort.abort(new Error('enough'));
  })();
  await expect(reading).rejects.toThrow(/enough|abort/);
});
