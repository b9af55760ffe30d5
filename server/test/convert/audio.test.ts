import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import { describe, expect, it } from 'vitest';
import { describeTruncation } from '../../src/convert/audio/describe-truncation.js';
import { decodeInProcess } from '../../src/convert/audio/decode-in-process.js';
import { decodeWithFfmpeg } from '../../src/convert/audio/decode-with-ffmpeg.js';
import { decodeChunks, readAudio } from '../../src/convert/audio/read-audio.js';
import { Resampler, sampleRate } from '../../src/convert/audio/resampler.js';
import { findProgram } from '../../src/system/find-program.js';
import { ModuleError, type ModuleWarning } from '../../src/module-contract/module.js';
import { temporaryDirectory } from '../modules/run-module.js';
import { encodeWav, encodeWave64, mp3InMp4, plainFlac, silentFlac, silentMp3, tone } from './make/encode-audio.js';

const execute = promisify(execFile);
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
const withFfmpeg = async (path: string) => collect(await decodeWithFfmpeg(path, { maxSeconds: 60, signal }));

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

  it('a wav file with an odd chunk, padded or not, and wav files for more than 4 GB', async () => {
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
      const samples = await inProcess(await onDisk(Buffer.concat(parts)));
      expect(samples).toHaveLength(8000);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it('two channels with inverse phases', async () => {
    const mono = tone(440, 0.5, 44_100);
    const wav = encodeWav(
      Float32Array.from({ length: 2 * mono.length }, (_, i) => (i % 2 === 0 ? 1 : -1) * (mono[i >> 1] ?? 0)),
      44_100,
    );
    // channels, bytes a second, bytes of all channels
    wav.writeUInt16LE(2, 22);
    wav.writeUInt32LE(4 * 44_100, 28);
    wav.writeUInt16LE(4, 32);
    const path = await onDisk(wav);
    for (const read of hasFfmpeg ? [inProcess, withFfmpeg] : [inProcess]) {
      const samples = await read(path);
      expect(Math.max(...samples)).toBeCloseTo(0.5, 1);
      expect(Math.abs(frequency(samples) - 440)).toBeLessThan(4);
    }
  });

  it.runIf(hasFfmpeg).for([...files, 'tone.m4a', 'tone.webm'])('%s with ffmpeg', async (name) => {
    const samples = await withFfmpeg(file(name));
    expect(samples.length / sampleRate).toBeCloseTo(0.5, 0);
    expect(Math.abs(frequency(samples) - 440)).toBeLessThan(8);
  });

  it.runIf(hasFfmpeg)('the second sound track, if the first is silent, with a warning', async () => {
    const directory = await temporaryDirectory();
    const [silent, heard] = [join(directory, 'silent.wav'), join(directory, 'heard.wav')];
    await writeFile(silent, encodeWav(new Float32Array(8000), 16_000));
    await writeFile(heard, encodeWav(tone(440, 0.5, 16_000), 16_000));
    for (const [first, second] of [
      [silent, heard],
      [heard, silent],
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

  it.skipIf(hasFfmpeg)('NOT RUN, because ffmpeg is not installed: what only ffmpeg reads', () => undefined);

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
      // an empty result is what decodeChunks turns into the same error
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
    await expect(inProcess(file('tone.webm'))).rejects.toThrow('The audio in this file (WebM) needs ffmpeg');
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
  ])('%s without ffmpeg, by name', async ([kind, start]) => {
    await expect(inProcess(await onDisk(Buffer.from(start, 'latin1')))).rejects.toThrow(
      `The audio in this file (${kind}) needs ffmpeg`,
    );
  });

  it('none by its name, if ffmpeg may read it', () => {
    for (const extension of ['3gp', 'mka', 'aiff', 'caf', 'wma', 'au', 'w64', 'spx', 'amr']) {
      expect([extension, kindOfName(`call.${extension}`)?.format]).toEqual([extension, 'audio']);
    }
  });

  it('noise, a free bit rate and big-endian numbers without ffmpeg, by name', async () => {
    let seed = 1;
    const noise = Buffer.from(Uint8Array.from({ length: 60_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) >> 8));
    await expect(inProcess(await onDisk(noise))).rejects.toThrow('it is neither an mp3');
    await expect(inProcess(await onDisk(Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0'), noise])))).rejects.toThrow(
      'neither an mp3',
    );
    const free = silentMp3(10);
    for (let at = 2; at < free.length; at += 417) free[at] = 0;
    await expect(inProcess(await onDisk(free))).rejects.toThrow('an mp3 with a free bit rate');
    const wav = encodeWav(tone(440, 0.1, 8000), 8000);
    wav.write('RIFX', 0, 'latin1');
    await expect(inProcess(await onDisk(wav))).rejects.toThrow('a big-endian WAV, RIFX');
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
    for await (const chunk of decodeChunks(path, limits, signal)) sizes.push(chunk.length);
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

describe('a cut recording gives what is there, with a warning:', () => {
  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.8));
  const wav = encodeWav(tone(440, 1, 8000), 8000);
  const flac = plainFlac(tone(440, 1, sampleRate));
  // the start of a second stream
  const ogg = async (name: string) => {
    const bytes = await readFile(file(name));
    return [bytes, Buffer.concat([bytes, bytes.subarray(0, 40)])] as const;
  };

  it.for<[string, () => Promise<readonly [whole: Buffer, cut: Buffer]>]>([
    ['wav', async () => [wav, cut(wav)]],
    ['flac', async () => [flac, cut(flac)]],
    ['vorbis', () => ogg('tone-vorbis.ogg')],
    ['opus', () => ogg('tone-opus.ogg')],
  ])('%s', async ([, make]) => {
    const codes: string[] = [];
    for (const content of await make()) {
      const { seconds } = await readAudio(await onDisk(content), limits, signal, ({ code }) => codes.push(code));
      expect(seconds).toBeGreaterThan(0.4);
      if (content === wav || content === flac) expect(codes).toEqual([]);
    }
    expect(codes).toEqual(['cut-off']);
  });

  it('mp3 in mp4', async () => {
    const whole = mp3InMp4(silentMp3(40));
    expect((await inProcess(await onDisk(whole))).length / sampleRate).toBeCloseTo((40 * 1152) / 44_100, 1);
    expect(await describeTruncation(await onDisk(whole), 1)).toBeUndefined();
    const path = await onDisk(cut(whole));
    expect((await inProcess(path)).length / sampleRate).toBeGreaterThan(0.7);
    expect(await describeTruncation(path, 1)).toBe('one of its parts extends beyond the end of the file');
  });
});

it('stops when it is told to', async () => {
  const path = await onDisk(silentFlac(3600));
  const abort = new AbortController();
  const reading = (async () => {
    for await (const chunk of decodeChunks(path, { maxAudioSeconds: 9999 }, abort.signal)) {
      if (chunk.length > 0) abort.abort(new Error('enough'));
    }
  })();
  await expect(reading).rejects.toThrow(/enough|abort/);
});
