/** The probability of each sentiment, 0 to 1. They add up to 1. */
export interface SentimentScores {
  readonly positive: number;
  readonly negative: number;
  /** 0 for a model with two classes. */
  readonly neutral: number;
}

export interface TranscribedWord {
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start: number;
  readonly end: number;
  /** 0 to 1; `null` where the model does not say. */
  readonly confidence: number | null;
}

export interface TranscribedSegment {
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start: number;
  readonly end: number;
  /** `null` where the model does not say. */
  readonly noSpeechProb: number | null;
  /** 0 to 1; `null` where the model does not say. */
  readonly confidence: number | null;
  /** `null` where the model does not time words. */
  readonly words: readonly TranscribedWord[] | null;
}

export interface Transcription {
  /** The texts of the segments, joined. */
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
}

/**
 * The tasks of models. Every method accepts texts of any length: a text longer than the model's window is split at the ends
 * of sentences, or else between tokens, and the results are combined. Nothing is truncated. Methods that accept a list
 * return one result for each text, in the same order.
 */
export interface Models {
  readonly embeddings: {
    /** Returns vectors of one length, not normalised. Each depends only on its own text. */
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
     * @param pcm Mono, 16 000 samples a second, -1 to 1.
     * @param onProgress Called after each part with the seconds transcribed so far. An error that it throws ends the work.
     */
    transcribe(pcm: Float32Array, onProgress?: (seconds: number) => void): Promise<Transcription>;
  };
  readonly caption: {
    /** @param path A PNG or JPEG file whose size has been checked. */
    caption(path: string): Promise<string>;
  };
}

export type ModelTask = keyof Models;
