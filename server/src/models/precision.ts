/** How exactly a network's numbers are stored, as the library names it. */
export type Precision = 'fp32' | 'q8';

/** The end of a network's file name, by precision. */
export const suffixOf: Readonly<Record<Precision, string>> = { fp32: '', q8: '_quantized' };

/** The precisions that will do, the best one first. `quantize` chooses one; who does not say takes what is there. */
export function acceptablePrecisions(quantize: unknown): readonly Precision[] {
  return typeof quantize === 'boolean' ? [quantize ? 'q8' : 'fp32'] : ['fp32', 'q8'];
}
