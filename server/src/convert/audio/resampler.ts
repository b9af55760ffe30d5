/** The sample rate that speech recognition models expect, in Hz. */
export const sampleRate = 16_000;

/** Number of zero crossings on each side of the sinc. This many make the filter steep enough for aliasing to be inaudible. */
const crossings = 16;
/** The passband, as a fraction of the Nyquist frequency. The rest is the filter's transition band. */
const passBand = 0.95;

/**
 * Resamples mono audio from any rate to 16 kHz, chunk by chunk, with a windowed sinc (Julius O. Smith, "Digital Audio
 * Resampling"). Each output sample is a weighted sum of neighbouring input samples, and the weights form a low-pass filter.
 */
export class Resampler {
  readonly #step: number;
  readonly #phases: number;
  readonly #half: number;
  readonly #weights: Float32Array[] = [];
  /** Input samples still needed for later output. `#start` is the index of the first of these in the whole input. */
  #kept: Float32Array;
  #start: number;
  #made = 0;

  constructor(readonly inputRate: number) {
    const divisor = greatestCommonDivisor(inputRate, sampleRate);
    this.#step = inputRate / divisor;
    this.#phases = sampleRate / divisor;
    this.#half = Math.ceil(crossings * Math.max(1, inputRate / sampleRate));
    // treat the input as if preceded by silence
    this.#kept = new Float32Array(this.#half);
    this.#start = -this.#half;
  }

  /** Adds a chunk of input, and returns the output samples that can now be computed. */
  push(chunk: Float32Array): Float32Array {
    const input = new Float32Array(this.#kept.length + chunk.length);
    input.set(this.#kept);
    input.set(chunk, this.#kept.length);
    const end = this.#start + input.length;
    // output sample n is at position n · step / phases in the input, and needs `half` samples on both sides
    const ready = Math.max(this.#made, Math.floor(((end - this.#half - 1) * this.#phases) / this.#step) + 1);
    const output = new Float32Array(Math.max(0, ready - this.#made));
    for (let i = 0; i < output.length; i++, this.#made++) {
      const position = this.#made * this.#step;
      const whole = Math.floor(position / this.#phases);
      const weights = this.#weightsOf(position % this.#phases);
      const from = whole - this.#half + 1 - this.#start;
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) sum += (input[from + tap] ?? 0) * (weights[tap] ?? 0);
      output[i] = sum;
    }
    const needed = Math.floor((this.#made * this.#step) / this.#phases) - this.#half + 1;
    const drop = Math.max(0, Math.min(input.length, needed - this.#start));
    this.#kept = input.slice(drop);
    this.#start += drop;
    return output;
  }

  /** Returns the remaining output, as if the input were followed by silence. */
  flush(): Float32Array {
    return this.push(new Float32Array(this.#half));
  }

  #weightsOf(phase: number): Float32Array {
    return (this.#weights[phase] ??= this.#makeWeights(phase / this.#phases));
  }

  #makeWeights(fraction: number): Float32Array {
    const cutoff = passBand * Math.min(1, sampleRate / this.inputRate);
    const weights = new Float32Array(2 * this.#half);
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = tap - this.#half + 1 - fraction;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (this.#half + 1));
      const weight = cutoff * sinc(cutoff * distance) * window;
      weights[tap] = weight;
      sum += weight;
    }
    // normalise the weights so that a constant input stays constant at every phase
    return weights.map((weight) => weight / sum);
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
