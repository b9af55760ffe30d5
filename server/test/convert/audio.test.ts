import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeInProcess } from '../../src/convert/audio/decode-in-process.js';
import { decodeWithFfmpeg } from '../../src/convert/audio/decode-with-ffmpeg.js';
import { audioChunks, readAudio } from '../../src/convert/audio/read-audio.js';
import { Resampler, sampleRate } from '../../src/convert/audio/resampler.js';
import { findProgram } from '../../src/system/find-program.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodeWav, plainFlac, silentFlac, silentMp3, tone } from './encode-audio.js';

const hasFfmpeg = (await findProgram('ffmpeg')) !== undefined;
const limits = { maxAudioSeconds: 60 };
const signal = new AbortController().signal;
const file = (name: string): string => fileURLToPath(new URL(`files/${name}`, import.meta.url));

async function onDisk(content: Uint8Array): Promise<string> {
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
const withFfmpeg = async (path: string) => collect(await decodeWithFfmpeg(path, 60, signal));

/** Of a tone, by counting how often it crosses zero; the edges, where codecs fade, do not count. */
function frequency(samples: Float32Array): number {
  const middle = samples.subarray(sampleRate * 0.1, sampleRate * 0.4);
  let crossings = 0;
  for (let i = 1; i < middle.length; i++) if (Math.sign(middle[i - 1] ?? 0) !== Math.sign(middle[i] ?? 0)) crossings++;
  return crossings / 2 / 0.3;
}

describe('half a second of 440 Hz comes out of', () => {
  const files = ['tone.mp3', 'tone-in-quicktime.mp3', 'tone-vorbis.ogg', 'tone-opus.ogg'];

  it.for(files)('%s without any program', async (name) => {
    const samples = await inProcess(file(name));
    expect(samples.length / sampleRate).toBeCloseTo(0.5, 0);
    expect(Math.abs(frequency(samples) - 440)).toBeLessThan(8);
  });

  it('a wav file of any rate', async () => {
    for (const rate of [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]) {
      const samples = await inProcess(await onDisk(encodeWav(tone(440, 0.5, rate), rate)));
      expect(samples.length / sampleRate).toBeCloseTo(0.5, 1);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it.runIf(hasFfmpeg).for([...files, 'tone.m4a', 'tone.webm'])('%s with ffmpeg', async (name) => {
    const samples = await withFfmpeg(file(name));
    expect(samples.length / sampleRate).toBeCloseTo(0.5, 0);
    expect(Math.abs(frequency(samples) - 440)).toBeLessThan(8);
  });

  it.runIf(hasFfmpeg)('both routes, nearly sample by sample', async () => {
    const path = await onDisk(encodeWav(tone(440, 0.5, 44_100), 44_100));
    const [ours, theirs] = [await inProcess(path), await withFfmpeg(path)];
    const differences = ours.subarray(500, 7500).map((sample, i) => Math.abs(sample - (theirs[i + 500] ?? 9)));
    expect(Math.max(...differences)).toBeLessThan(0.002);
  });
});

describe('a flac file', () => {
  it('loses nothing where a piece of it ends within the header of a frame', async () => {
    const samples = tone(440, 10, sampleRate);
    const read = await inProcess(await onDisk(plainFlac(samples)));
    expect(read).toHaveLength(samples.length);
    const differences = samples.map((sample, i) => Math.abs(sample - (read[i] ?? 9))).subarray(100, -100);
    expect(Math.max(...differences.subarray(0, 100_000))).toBeLessThan(0.01);
    let silent = 0;
    for await (const { length } of await decodeInProcess(await onDisk(silentFlac(120)), signal)) silent += length;
    expect(silent / sampleRate).toBeCloseTo(120.1475, 2);
  });

  it('that says that it is too long is not decoded at all', async () => {
    const path = await onDisk(silentFlac(10, 90));
    await expect(readAudio(path, limits, signal)).rejects.toThrow('at most 60 seconds, got 90.');
    expect((await readAudio(await onDisk(silentFlac(10, 50)), limits, signal)).seconds).toBeLessThan(15);
    // more than 32 bits count
    const long = silentFlac(1, 1);
    long[21]! |= 1;
    await expect(readAudio(await onDisk(long), limits, signal)).rejects.toThrow('got 89480.');
  });
});

describe('the resampler', () => {
  it('gives the same whatever the pieces', () => {
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

  it('keeps what is below 8 kHz and drops what is above', () => {
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

describe('a recording that cannot be read is refused with the reason:', () => {
  it.for<[string, () => Promise<string>, string]>([
    ['a text', () => onDisk(Buffer.from('no sound at all')), 'No audio could be read from this file'],
    ['an empty file', () => onDisk(Buffer.alloc(0)), 'No audio could be read from this file'],
    ['a tag with no mp3 behind it', () => onDisk(Buffer.from('ID3\x03\0\0\0\0\0\x0a1234567890')), 'No audio could be'],
    ['a wav file cut within its header', () => onDisk(encodeWav(tone(1, 1, 8000), 8000).subarray(0, 30)), 'No audio'],
    ['noise that begins like FLAC', () => onDisk(Buffer.from(`fLaC${'x'.repeat(5000)}`)), 'No audio could be read'],
  ])('%s', async ([, make, message]) => {
    const path = await make();
    for (const route of [() => inProcess(path), () => readAudio(path, limits, signal)]) {
      // an empty result is what audioChunks turns into the same error
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

  it('AAC without ffmpeg, saying what is missing', async () => {
    await expect(inProcess(file('tone.m4a'))).rejects.toThrow('The audio in this file (AAC) needs ffmpeg');
  });

  it('WebM without ffmpeg, saying what can be sent', async () => {
    await expect(inProcess(file('tone.webm'))).rejects.toThrow('Send an mp3, wav, flac or ogg file');
  });

  it.runIf(hasFfmpeg)('a playlist that names another file', async () => {
    const directory = await temporaryDirectory();
    await copyFile(file('tone.mp3'), join(directory, 'secret.mp3'));
    const path = join(directory, 'list.m3u8');
    await writeFile(path, '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.mp3\n#EXT-X-ENDLIST\n');
    await expect(withFfmpeg(path)).rejects.toThrow('No audio could be read from this file');
  });

  it('one that says how many samples a second it has, and lies', async () => {
    const wav = encodeWav(tone(440, 0.1, 8000), 8000);
    wav.writeUInt32LE(4_000_000_000, 24);
    await expect(inProcess(await onDisk(wav))).rejects.toThrow('between 1000 and 768000 Hz, got 4000000000');
  });
});

describe('a long recording', () => {
  it('of three hours in 112 kB of FLAC is stopped at the limit', async () => {
    const bytes = silentFlac(3 * 3600);
    expect(bytes.length).toBeLessThan(120_000);
    const path = await onDisk(bytes);
    await expect(readAudio(path, limits, signal)).rejects.toThrow('Expected the recording to last at most 60 seconds');
    let seconds = 0;
    for await (const chunk of await decodeInProcess(path, signal)) {
      // a piece of the file at a time, and what that decodes to
      expect(chunk.length / sampleRate).toBeLessThan(50);
      seconds += chunk.length / sampleRate;
      if (seconds > 60) break;
    }
    expect(seconds).toBeGreaterThan(60);
  });

  it('may last just as long as the limit', async () => {
    const path = await onDisk(encodeWav(tone(440, 2, 8000), 8000));
    expect((await readAudio(path, { maxAudioSeconds: 2.05 }, signal)).seconds).toBeCloseTo(2, 1);
    await expect(readAudio(path, { maxAudioSeconds: 1.9 }, signal)).rejects.toThrow('at most 1.9 seconds');
  });

  it('is given piece by piece', async () => {
    const path = await onDisk(silentMp3(500));
    const sizes: number[] = [];
    for await (const chunk of audioChunks(path, limits, signal)) sizes.push(chunk.length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(sizes.reduce((a, b) => a + b) / sampleRate).toBeCloseTo((500 * 1152) / 44_100, 0);
  });
});

describe('a cut mp3', () => {
  const withTag = readFile(file('tone.mp3'));
  // ten bytes of header and ten of content
  const withoutTag = withTag.then((bytes) => bytes.subarray(20));

  it.for([
    ['with a tag before it', withTag],
    ['without one', withoutTag],
  ] as const)('is refused by what it says of itself, %s', async ([, content]) => {
    const whole = await content;
    const cut = await onDisk(whole.subarray(0, 1200));
    await expect(readAudio(cut, limits, signal)).rejects.toThrow(ModuleError);
    await expect(readAudio(cut, limits, signal)).rejects.toThrow(
      'to have 2376 bytes, as declared in its header, got 1200. It is cut off; send the complete file.',
    );
    const more = await onDisk(Buffer.concat([whole, Buffer.from('TAG'.padEnd(128))]));
    expect((await readAudio(more, limits, signal)).seconds).toBeCloseTo(0.5, 0);
  });

  it('gives what is there when it says nothing of its length', async () => {
    const bytes = Buffer.from(await withoutTag);
    // the mark, and which fields follow
    for (const at of [bytes.indexOf('Info'), bytes.indexOf('Info') + 7]) {
      const silent = Buffer.from(bytes);
      silent[at] = 0;
      const { seconds } = await readAudio(await onDisk(silent.subarray(0, 1200)), limits, signal);
      expect(seconds).toBeGreaterThan(0.1);
      expect(seconds).toBeLessThan(0.4);
    }
  });
});

it('stops when it is told to', async () => {
  const path = await onDisk(silentFlac(3600));
  const abort = new AbortController();
  const reading = (async () => {
    for await (const chunk of audioChunks(path, { maxAudioSeconds: 9999 }, abort.signal)) {
      if (chunk.length > 0) abort.abort(new Error('enough'));
    }
  })();
  await expect(reading).rejects.toThrow(/enough|abort/);
});
