/** Returns a WAV file with one 16-bit channel. */
export function encodeWav(samples: Float32Array, rate: number): Buffer {
  const data = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, i) => data.writeInt16LE(Math.round(sample * 32_767), i * 2));
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** Converts a WAV file to Wave64, whose chunks have names of 16 bytes and lengths of 8 bytes that include the chunk header. */
export function encodeWave64(wav: Buffer): Buffer {
  const guidSuffix = 'f3acd3118cd100c04f8edb8a';
  const chunk = (name: string, content: Buffer): Buffer => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(24 + content.length));
    const padding = Buffer.alloc((8 - (content.length % 8)) % 8);
    return Buffer.concat([Buffer.from(name, 'latin1'), Buffer.from(guidSuffix, 'hex'), size, content, padding]);
  };
  const start = Buffer.concat([Buffer.from('726966662e91cf11a5d628db04c10000', 'hex'), Buffer.alloc(8)]);
  const wave = Buffer.concat([Buffer.from('wave', 'latin1'), Buffer.from(guidSuffix, 'hex')]);
  return Buffer.concat([start, wave, chunk('fmt ', wav.subarray(20, 36)), chunk('data', wav.subarray(44))]);
}

/** Returns an MP4 file with an mp3 as its only track, and only the boxes that describe it. */
export function mp3InMp4(mp3: Buffer): Buffer {
  const box = (name: string, ...content: Buffer[]): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(8 + content.reduce((sum, { length: bytes }) => sum + bytes, 0));
    return Buffer.concat([length, Buffer.from(name, 'latin1'), ...content]);
  };
  // descriptor 3 with an ID and flags, in it descriptor 4 with object type 0x6b
  const esds = box('esds', Buffer.from([0, 0, 0, 0, 3, 0x80, 0x80, 0x80, 8, 0, 1, 0, 4, 0x80, 0x80, 0x80, 1, 0x6b]));
  const table = box('stsd', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), box('mp4a', Buffer.alloc(28), esds));
  return Buffer.concat([
    box('ftyp', Buffer.from('isom\0\0\0\0isom', 'latin1')),
    box('moov', box('smhd', Buffer.alloc(8)), table),
    box('mdat', mp3),
  ]);
}

export function tone(hertz: number, seconds: number, rate: number): Float32Array {
  return Float32Array.from({ length: seconds * rate }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate));
}

/** Returns empty frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 26 ms of silence each. */
export function silentMp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x00]);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

const flacBlock = 65_535;

/** Returns FLAC at 48 kHz with constant subframes (RFC 9639): an hour of silence is 37 kB. */
export function silentFlac(seconds: number, announcedSeconds = 0): Buffer {
  const rate = 48_000;
  const frames = Math.ceil((seconds * rate) / flacBlock);
  const parts = [flacStart(rate, flacBlock, announcedSeconds * rate)];
  for (let i = 0; i < frames; i++) parts.push(constantFrame(i));
  return Buffer.concat(parts);
}

/** Returns FLAC at 16 kHz with uncompressed samples, in frames of 64: a header every 140 bytes. */
export function plainFlac(samples: Float32Array): Buffer {
  const block = 64;
  const parts = [flacStart(sampleRate16k, block, samples.length)];
  for (let i = 0; i * block < samples.length; i++) {
    const size = Math.min(block, samples.length - i * block);
    const values = Buffer.alloc(2 * size);
    for (let n = 0; n < size; n++) values.writeInt16BE(Math.round((samples[i * block + n] ?? 0) * 32_767), 2 * n);
    // block size in a byte at the header's end, 16 kHz; then one uncompressed channel
    parts.push(frame([0b0110_0101, 0b0000_1000, ...utf8(i), size - 1], [0b0000_0010, ...values]));
  }
  return Buffer.concat(parts);
}

const sampleRate16k = 16_000;

/** Returns the signature and STREAMINFO. @param samples 0 if the number is unknown. */
function flacStart(rate: number, block: number, samples: number): Buffer {
  const info = Buffer.alloc(34);
  info.writeUInt16BE(block, 0);
  info.writeUInt16BE(block, 2);
  // rate in 20 bits, channels - 1 in 3, bits - 1 in 5, then 36 bits of the number of samples
  info.writeUInt32BE((rate << 12) | (0 << 9) | (15 << 4), 10);
  info.writeUInt32BE(samples, 14);
  return Buffer.concat([Buffer.from('fLaC', 'latin1'), Buffer.from([0x80, 0, 0, 34]), info]);
}

function constantFrame(number: number): Buffer {
  // block size in two bytes at the header's end, 48 kHz; one channel, 16 bits
  const size = [(flacBlock - 1) >> 8, (flacBlock - 1) & 255];
  return frame([0b0111_1010, 0b0000_1000, ...utf8(number), ...size], [0x00, 0x00, 0x00]);
}

function frame(header: readonly number[], subframe: readonly number[]): Buffer {
  const start = [0xff, 0xf8, ...header];
  const body = [...start, crc(start, 0x07, 8), ...subframe];
  const check = crc(body, 0x8005, 16);
  return Buffer.from([...body, check >> 8, check & 255]);
}

function utf8(number: number): number[] {
  return [...Buffer.from(String.fromCodePoint(number))];
}

function crc(bytes: readonly number[], polynomial: number, width: 8 | 16): number {
  const top = 1 << (width - 1);
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (width - 8);
    for (let bit = 0; bit < 8; bit++) value = value & top ? (value << 1) ^ polynomial : value << 1;
    value &= (1 << width) - 1;
  }
  return value;
}
