/** A text's share of each mood: 0 to 1, together 1. */
export interface SentimentScores {
  readonly positive: number;
  readonly negative: number;
  /** 0 for a model that knows two classes. */
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
  /** `null` where the model gives no times for words. */
  readonly words: readonly TranscribedWord[] | null;
}

export interface Transcription {
  /** The segments' texts, one after another. */
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
}

/**
 * What a model can be asked to do, by task. Every method takes texts of any length: what is over the model's window is cut into
 * pieces at the ends of sentences, else between tokens, and the answers are put together; nothing is left out.
 * Answers come in the order of what was asked, one for each.
 */
export interface Models {
  readonly embeddings: {
    /** The vectors as the model gives them, not normalised, all of one length. A vector depends on its own text alone. */
    embed(texts: readonly string[]): Promise<Float32Array[]>;
  };
  readonly sentiment: {
    classify(texts: readonly string[]): Promise<SentimentScores[]>;
  };
  readonly summarize: {
    /** One block of text in, one summary out, without line breaks of its own. */
    summarize(text: string): Promise<string>;
  };
  readonly translate: {
    translate(texts: readonly string[]): Promise<string[]>;
  };
  readonly transcribe: {
    /**
     * @param pcm Mono, 16 000 samples a second, -1 to 1.
     * @param onProgress Is told after each piece how many seconds were heard; what it throws ends the work.
     */
    transcribe(pcm: Float32Array, onProgress?: (seconds: number) => void): Promise<Transcription>;
  };
  readonly caption: {
    /** @param path A PNG or JPEG file whose size was checked. */
    caption(path: string): Promise<string>;
  };
}

export type ModelTask = keyof Models;
