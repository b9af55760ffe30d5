/**
 * Minimum energy of the mix, as a fraction of the channels' mean energy. Below it, the channels cancel each other out. The mix of two
 * uncorrelated channels has half their mean energy.
 */
const minEnergyRatio = 0.05;

/**
 * Mixes channels down to mono by averaging them. If they cancel each other out, for example because one is the inverse of another,
 * returns the first loud channel instead.
 */
export function mixDown(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(), ...others] = channels;
  if (others.length === 0) return first;
  const mixed = new Float32Array(first.length);
  for (let i = 0; i < mixed.length; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i] ?? 0;
    mixed[i] = sum / channels.length;
  }
  const energies = channels.map(computeEnergy);
  const meanEnergy = energies.reduce((sum, energy) => sum + energy, 0) / channels.length;
  if (computeEnergy(mixed) >= minEnergyRatio * meanEnergy) return mixed;
  // do not choose the loudest channel, which can be a different one in each chunk
  const maxEnergy = Math.max(...energies);
  return channels[energies.findIndex((energy) => energy >= maxEnergy / 2)] ?? mixed;
}

function computeEnergy(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}
