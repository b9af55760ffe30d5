/** The sample rate that speech models are trained on, in hertz. */
export declare const sampleRate = 16000;
interface AudioPiece {
    /** The offset of the piece, in samples. */
    readonly start: number;
    readonly samples: Float32Array;
}
/** Splits long audio where it is quietest, to avoid splitting words. Concatenating the pieces yields the original audio. */
export declare function splitAudio(pcm: Float32Array, seconds: number): Generator<AudioPiece>;
export {};
