import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/**
 * Rejects a FLAC file that declares a duration above the maximum, without decoding it. A small file can be long: an hour of silence takes
 * up only 37 kB. If the declared duration is missing or too short, decoding stops at the limit, as for any recording.
 *
 * @throws `ModuleError` if the declared duration exceeds the maximum.
 */
export async function rejectLongFlac(path: string, maxSeconds: number): Promise<void> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(26);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const seconds = bytesRead === start.length ? readFlacDuration(start) : undefined;
    if (seconds === undefined || seconds <= maxSeconds) return;
    throw new ModuleError(
      `Expected the recording to last at most ${maxSeconds} seconds, got ${Math.ceil(seconds)}. ` +
        "Split it, or raise the server's limit (maxAudioSeconds).",
    );
  } finally {
    await file.close();
  }
}

/**
 * Reads the duration, in seconds, from STREAMINFO, the first metadata block (RFC 9639, section 8.2). Returns `undefined` if this block is
 * missing (as in other formats), or if the sample rate or sample count is 0. A count of 0 means that it is unknown.
 */
export function readFlacDuration(start: Buffer): number | undefined {
  const isStreamInfo = start.toString('latin1', 0, 4) === 'fLaC' && ((start[4] ?? 0) & 0x7f) === 0;
  if (!isStreamInfo) return undefined;
  // sample rate (20 bits), channels (3), bit depth (5), number of samples (36)
  const rate = start.readUIntBE(18, 3) >> 4;
  const sampleCount = (start.readUInt8(21) & 0x0f) * 2 ** 32 + start.readUInt32BE(22);
  return rate > 0 && sampleCount > 0 ? sampleCount / rate : undefined;
}
