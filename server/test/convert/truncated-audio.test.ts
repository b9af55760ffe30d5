import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeInProcess } from '../../src/convert/audio/decode-in-process.js';
import { describeTruncation } from '../../src/convert/audio/describe-truncation.js';
import { readAudio } from '../../src/convert/audio/read-audio.js';
import { modelSampleRate } from '../../src/convert/audio/resampler.js';
import { ModuleError } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodeWav, encodeWave64, mp3InMp4, plainFlac, silentMp3, tone } from './make/encode-audio.js';

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

describe('a truncated mp3', () => {
  const withTag = readFile(filePath('tone.mp3'));
  // ten bytes of header and ten of content
  const withoutTag = withTag.then((bytes) => bytes.subarray(20));

  it.for([
    ['with a tag before it', withTag],
    ['without a tag', withoutTag],
  ] as const)('is rejected if it is shorter than its header declares, %s', async ([, content]) => {
    const whole = await content;
    const cut = await writeRecording(whole.subarray(0, 1200));
    await expect(readAudio(cut, limits, signal)).rejects.toThrow(ModuleError);
    await expect(readAudio(cut, limits, signal)).rejects.toThrow(
      'to have 2376 bytes, as declared in its header, got 1200. It is cut off; send the complete file.',
    );
    const more = await writeRecording(Buffer.concat([whole, Buffer.from('TAG'.padEnd(128))]));
    expect((await readAudio(more, limits, signal)).seconds).toBeCloseTo(0.5, 0);
  });

  it('is decoded up to where it ends if its header declares no length', async () => {
    const bytes = Buffer.from(await withoutTag);
    // the magic number, and the flags for the fields that follow
    for (const at of [bytes.indexOf('Info'), bytes.indexOf('Info') + 7]) {
      const silent = Buffer.from(bytes);
      silent[at] = 0;
      const { seconds } = await readAudio(await writeRecording(silent.subarray(0, 1200)), limits, signal);
      expect(seconds).toBeGreaterThan(0.1);
      expect(seconds).toBeLessThan(0.4);
    }
  });
});

describe('a truncated recording', () => {
  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.8));
  const wav = encodeWav(tone(440, 1, 8000), 8000);
  const flac = plainFlac(tone(440, 1, modelSampleRate));
  // the start of a second stream
  const ogg = async (name: string) => {
    const bytes = await readFile(filePath(name));
    return [bytes, Buffer.concat([bytes, bytes.subarray(0, 40)])] as const;
  };

  it.for<[string, () => Promise<readonly [whole: Buffer, cut: Buffer]>]>([
    ['wav', async () => [wav, cut(wav)]],
    ['flac', async () => [flac, cut(flac)]],
    ['vorbis', () => ogg('tone-vorbis.ogg')],
    ['opus', () => ogg('tone-opus.ogg')],
  ])('is decoded up to where it ends, with a warning: %s', async ([, make]) => {
    const codes: string[] = [];
    for (const content of await make()) {
      const { seconds } = await readAudio(await writeRecording(content), limits, signal, ({ code }) =>
        codes.push(code),
      );
      expect(seconds).toBeGreaterThan(0.4);
      if (content === wav || content === flac) expect(codes).toEqual([]);
    }
    expect(codes).toEqual(['cut-off']);
  });

  it('is decoded up to where it ends: an mp3 in an MP4 file', async () => {
    const whole = mp3InMp4(silentMp3(40));
    const samples = await inProcess(await writeRecording(whole));
    expect(samples.length / modelSampleRate).toBeCloseTo((40 * 1152) / 44_100, 1);
    expect(await describeTruncation(await writeRecording(whole), 1)).toBeUndefined();
    const path = await writeRecording(cut(whole));
    expect((await inProcess(path)).length / modelSampleRate).toBeGreaterThan(0.7);
    expect(await describeTruncation(path, 1)).toBe('one of its parts extends beyond the end of the file');
  });

  it('is decoded up to where it ends: a WAV file that declares more than 2 GiB, unless the length is a placeholder', async () => {
    const declare = (length: bigint): Buffer[] => {
      const riff = Buffer.from(wav);
      riff.writeUInt32LE(Number(BigInt.asUintN(32, length)), 40);
      const large = Buffer.from('ds64\x1c\0\0\0'.padEnd(36, '\0'), 'latin1');
      large.writeBigUInt64LE(length, 16);
      const sound = Buffer.from(wav.subarray(36));
      sound.writeUInt32LE(0xffff_ffff, 4);
      const rf64 = [Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'), large, wav.subarray(12, 36), sound];
      const wave64 = encodeWave64(wav);
      wave64.writeBigUInt64LE(length, wave64.indexOf('data') + 16);
      return [riff, Buffer.concat(rf64), wave64];
    };
    for (const content of declare(3n * 2n ** 30n)) {
      const path = await writeRecording(content);
      expect(await describeTruncation(path, 1)).toMatch(/^32\d{8} bytes of its audio data are missing$/);
      expect((await inProcess(path)).length / modelSampleRate).toBeCloseTo(1, 3);
    }
    for (const length of [0n, 2n ** 63n - 1n]) {
      for (const content of declare(length)) {
        const path = await writeRecording(content);
        expect(await describeTruncation(path, 1)).toBeUndefined();
        expect((await inProcess(path)).length / modelSampleRate).toBeCloseTo(1, 3);
      }
    }
  });
});

it('an mp3 in several parts of an MP4 file is decoded completely', async () => {
  const [mp4, part] = [mp3InMp4(silentMp3(40)), mp3InMp4(silentMp3(20))];
  const path = await writeRecording(Buffer.concat([mp4, part.subarray(part.indexOf('mdat') - 4)]));
  expect((await inProcess(path)).length / modelSampleRate).toBeCloseTo((60 * 1152) / 44_100, 1);
});
