/** The probability of each sentiment, from 0 to 1. The probabilities add up to 1. */
export interface SentimentScores {
    readonly positive: number;
    readonly negative: number;
    /** The probability of a neutral sentiment. Always 0 for models with only two classes. */
    readonly neutral: number;
}
export interface TranscribedWord {
    readonly text: string;
    /** Seconds from the start of the audio. */
    readonly start: number;
    readonly end: number;
    /** The confidence, from 0 to 1, or `null` if the model does not report it. */
    readonly confidence: number | null;
}
export interface TranscribedSegment {
    readonly text: string;
    /** Seconds from the start of the audio. */
    readonly start: number;
    readonly end: number;
    /** The probability that the segment contains no speech, or `null` if the model does not report it. */
    readonly noSpeechProb: number | null;
    /** The confidence, from 0 to 1, or `null` if the model does not report it. */
    readonly confidence: number | null;
    /** The words with timestamps, or `null` if the model does not report them. */
    readonly words: readonly TranscribedWord[] | null;
}
export interface Transcription {
    /** The text of all segments, joined. */
    readonly text: string;
    readonly segments: readonly TranscribedSegment[];
}
/**
 * The tasks that models perform. Every method accepts texts of any length. A text longer than the model's context window is
 * split at sentence ends, or otherwise between tokens, and the results are combined. Nothing is truncated. Methods that accept
 * a list return one result per text, in the same order.
 */
export interface Models {
    readonly embeddings: {
        /** Returns one vector per text. The vectors have equal lengths and are not normalised. Each depends only on its own text. */
        embed(texts: readonly string[]): Promise<Float32Array[]>;
    };
    readonly sentiment: {
        classify(texts: readonly string[]): Promise<SentimentScores[]>;
    };
    readonly summarize: {
        /** Summarises one block of text. The summary has no line breaks. */
        summarize(text: string): Promise<string>;
    };
    readonly translate: {
        translate(texts: readonly string[]): Promise<string[]>;
    };
    readonly transcribe: {
        /**
         * @param pcm Mono samples at 16 kHz, from -1 to 1.
         * @param onProgress Called after each part with the number of seconds transcribed so far. If it throws, transcription stops.
         */
        transcribe(pcm: Float32Array, onProgress?: (seconds: number) => void): Promise<Transcription>;
    };
    readonly caption: {
        /** @param path The path of a PNG or JPEG file whose size has been checked. */
        caption(path: string): Promise<string>;
    };
}
export type ModelTask = keyof Models;
