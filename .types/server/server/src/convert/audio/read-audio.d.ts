import type { ModuleLimits } from '../../module-contract/module.js';
type AudioLimits = Pick<ModuleLimits, 'maxAudioSeconds'>;
interface Audio {
    /** Mono samples at 16 kHz, from -1 to 1. */
    readonly samples: Float32Array;
    readonly seconds: number;
}
/**
 * Decodes a recording to 16 kHz mono, chunk by chunk. If ffmpeg is on the PATH, all common formats are supported.
 * Otherwise, only mp3 (also inside a QuickTime file), wav, flac and ogg are supported.
 *
 * @throws `ModuleError` if the file contains no readable audio, is truncated, or is longer than the limit.
 */
export declare function audioChunks(path: string, limits: AudioLimits, signal: AbortSignal): AsyncGenerator<Float32Array>;
/**
 * Decodes an entire recording into memory, which takes up 3.8 MB per minute.
 *
 * @throws `ModuleError` under the same conditions as {@link audioChunks}.
 */
export declare function readAudio(path: string, limits: AudioLimits, signal: AbortSignal): Promise<Audio>;
export {};
