/** The position of the media data in an MP4 or QuickTime file, and its audio codec. */
interface SoundTrack {
    /** `mp3`, or the four-letter code in the file. `mp4a` is nearly always AAC. */
    readonly codec: string;
    readonly from: number;
    readonly to: number;
}
/**
 * Finds the audio track by reading the boxes in the file (ISO/IEC 14496-12). Returns `undefined` if the boxes describe no audio.
 */
export declare function findSoundTrack(path: string): Promise<SoundTrack | undefined>;
export {};
