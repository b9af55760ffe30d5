/** The sample rate that speech recognition models expect, in Hz. */
export const modelSampleRate = 16_000;

/**
 * Approximate number of zero crossings of the sinc function on each side of its peak. With 16, the filter is steep enough to make aliasing
 * inaudible.
 */
const zeroCrossingCount = 16;
/** The filter's cutoff, as a fraction of the lower rate's Nyquist frequency. It is below 1 because the filter is not infinitely steep. */
const cutoffRatio = 0.95;

/**
 * Resamples mono audio from any rate to 16 kHz, chunk by chunk, with a windowed-sinc filter (Julius O. Smith, "Digital Audio
 * Resampling"). Each output sample is a weighted sum of neighboring input samples. The weights form a low-pass filter.
 */
export class Resampler {
  readonly #step: number;
  readonly #phaseCount: number;
  readonly #halfWidth: number;
  readonly #weights: Float32Array[] = [];
  /** Input samples that are still needed for later output. `#pendingStart` is the input position of the first one. */
  #pending: Float32Array;
  #pendingStart: number;
  #outputCount = 0;

  constructor(readonly inputRate: number) {
    const divisor = greatestCommonDivisor(inputRate, modelSampleRate);
    this.#step = inputRate / divisor;
    this.#phaseCount = modelSampleRate / divisor;
    this.#halfWidth = Math.ceil(zeroCrossingCount * Math.max(1, inputRate / modelSampleRate));
    // pad the start of the input with silence
    this.#pending = new Float32Array(this.#halfWidth);
    this.#pendingStart = -this.#halfWidth;
  }

  /** Adds a chunk of input and returns the output samples that can now be computed. */
  push(chunk: Float32Array): Float32Array {
    const input = new Float32Array(this.#pending.length + chunk.length);
    input.set(this.#pending);
    input.set(chunk, this.#pending.length);
    const end = this.#pendingStart + input.length;
    // output sample n is at position n · step / phaseCount in the input, and needs `halfWidth` samples on each side
    const readyCount = Math.max(
      this.#outputCount,
      Math.floor(((end - this.#halfWidth - 1) * this.#phaseCount) / this.#step) + 1,
    );
    const output = new Float32Array(Math.max(0, readyCount - this.#outputCount));
    for (let i = 0; i < output.length; i++, this.#outputCount++) {
      const position = this.#outputCount * this.#step;
      const inputIndex = Math.floor(position / this.#phaseCount);
      const weights = this.#getWeights(position % this.#phaseCount);
      const from = inputIndex - this.#halfWidth + 1 - this.#pendingStart;
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++) sum += (input[from + tap] ?? 0) * (weights[tap] ?? 0);
      output[i] = sum;
    }
    const firstNeeded = Math.floor((this.#outputCount * this.#step) / this.#phaseCount) - this.#halfWidth + 1;
    const dropCount = Math.max(0, Math.min(input.length, firstNeeded - this.#pendingStart));
    this.#pending = input.slice(dropCount);
    this.#pendingStart += dropCount;
    return output;
  }

  /** Pads the end of the input with silence and returns the remaining output. */
  flush(): Float32Array {
    return this.push(new Float32Array(this.#halfWidth));
  }

  #getWeights(phase: number): Float32Array {
    return (this.#weights[phase] ??= this.#computeWeights(phase / this.#phaseCount));
  }

  #computeWeights(fraction: number): Float32Array {
    const cutoff = cutoffRatio * Math.min(1, modelSampleRate / this.inputRate);
    const weights = new Float32Array(2 * this.#halfWidth);
    let sum = 0;
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = tap - this.#halfWidth + 1 - fraction;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (this.#halfWidth + 1));
      const weight = cutoff * sinc(cutoff * distance) * window;
      weights[tap] = weight;
      sum += weight;
    }
    // normalize the weights so that a constant input stays constant at every phase
    return weights.map((weight) => weight / sum);
  }
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
