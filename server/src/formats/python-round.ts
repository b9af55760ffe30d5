/**
 * Python's `round(value, digits)`: exact, and a tie, which is a number that binary fractions hold exactly, goes to the even digit.
 *
 * @param digits 0 to 20.
 */
export function pythonRound(value: number, digits: number): number {
  // half a last digit is odd / (2 · 10^digits); of those, binary has the ones that are odd / 2^(digits + 1)
  const isTie = Math.abs((value * 2 ** (digits + 1)) % 2) === 1;
  if (!isTie) return Number(value.toFixed(digits));
  const below = Math.floor(value * 10 ** digits);
  return (below % 2 === 0 ? below : below + 1) / 10 ** digits;
}
