/** The sample rate that speech recognition models expect, in Hz. */
export declare const sampleRate = 16000;
/**
 * Resamples mono audio from any rate to 16 kHz, chunk by chunk, with a windowed sinc (Julius O. Smith, "Digital Audio
 * Resampling"). Each output sample is a weighted sum of neighbouring input samples, and the weights form a low-pass filter.
 */
export declare class Resampler {
    #private;
    readonly inputRate: number;
    constructor(inputRate: number);
    /** Adds a chunk of input, and returns the output samples that can now be computed. */
    push(chunk: Float32Array): Float32Array;
    /** Adds silence after the input, and returns the remaining output. */
    flush(): Float32Array;
}
