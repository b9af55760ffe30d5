import { open } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';

/**
 * Rejects a FLAC file that declares more than the maximum length, before decoding it: an hour of silence is 37 kB. A file
 * that declares no length, or too little, is stopped at the limit like every recording.
 *
 * @throws `ModuleError`
 */
export async function refuseLongFlac(path: string, maxSeconds: number): Promise<void> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(26);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const seconds = bytesRead === start.length ? declaredSeconds(start) : undefined;
    if (seconds === undefined || seconds <= maxSeconds) return;
    throw new ModuleError(
      `Expected the recording to last at most ${maxSeconds} seconds, got one of ${Math.ceil(seconds)}. ` +
        "Split it, or raise the server's limit.",
    );
  } finally {
    await file.close();
  }
}

/** Reads STREAMINFO, the first block (RFC 9639, section 8.2). A number of samples of 0 means unknown. */
function declaredSeconds(start: Buffer): number | undefined {
  const isStreamInfo = start.toString('latin1', 0, 4) === 'fLaC' && ((start[4] ?? 0) & 0x7f) === 0;
  if (!isStreamInfo) return undefined;
  // 20 bits of sample rate, 3 of channels, 5 of bit depth, 36 of the number of samples
  const rate = start.readUIntBE(18, 3) >> 4;
  const samples = (start.readUInt8(21) & 0x0f) * 2 ** 32 + start.readUInt32BE(22);
  return rate > 0 && samples > 0 ? samples / rate : undefined;
}
