/**
 * Encodes samples between -1 and 1 as a 16-bit mono WAV file. The RIFF header is described in "Multimedia Programming Interface
 * and Data Specifications 1.0" (IBM and Microsoft, 1991).
 */
export function encodeWav(pcm: Float32Array, sampleRate: number): Buffer {
  const file = Buffer.alloc(44 + pcm.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + pcm.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(pcm.length * 2, 40);
  let at = 44;
  for (const sample of pcm) at = file.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), at);
  return file;
}
