import { decodeWindows1252 } from './decode-as.js';
import { findNonAsciiLines } from './non-ascii-lines.js';

interface Guess {
  /** The name of an encoding that `TextDecoder` supports. */
  readonly name: string;
  /** From 0 to 1. */
  readonly confidence: number;
}

const sampleLength = 65_536;

/**
 * The Encoding Standard's names of the encodings that can be guessed, by lowercase `jschardet` name. Rare encodings, such as MacIceland,
 * are omitted, because `jschardet` ranks them first only if a text has too few letters for a reliable guess.
 */
const encodingByDetectedName: Readonly<Record<string, string>> = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => [`windows-125${i}`, `windows-125${i}`])),
  ...Object.fromEntries([2, 5, 7, 8].map((i) => [`iso-8859-${i}`, `iso-8859-${i}`])),
  ...{ 'koi8-r': 'koi8-r', 'koi8-u': 'koi8-u', macroman: 'macintosh', ibm866: 'ibm866' },
  ...{ cp874: 'windows-874', 'tis-620': 'windows-874' },
  ...{ shift_jis: 'shift_jis', cp932: 'shift_jis', 'euc-jp': 'euc-jp' },
  ...{ gb18030: 'gb18030', gb2312: 'gb18030', big5: 'big5', cp949: 'euc-kr', 'euc-kr': 'euc-kr' },
};

/** Guesses the encoding of a file that is neither UTF-8 nor UTF-16, from the lines that contain non-ASCII bytes. */
export async function guessEncoding(bytes: Uint8Array): Promise<Guess> {
  const sample = takeSample(bytes);
  const fallback = { name: 'windows-1252', confidence: 0 };
  if (isAsciiWithSymbols(sample)) return fallback;
  const { detectAll } = await import('jschardet');
  for (const { encoding, confidence } of detectAll(sample)) {
    const name = encodingByDetectedName[encoding?.toLowerCase() ?? ''];
    if (name !== undefined) return { name, confidence };
  }
  return fallback;
}

/** Joins the lines that contain non-ASCII bytes. If these lines exceed the sample size, joins only every nth line. */
function takeSample(bytes: Uint8Array): Uint8Array {
  let total = 0;
  for (const { start, end } of findNonAsciiLines(bytes)) total += end - start + 1;
  const step = Math.ceil(total / sampleLength);
  const parts: Uint8Array[] = [];
  let index = 0;
  for (const { start, end } of findNonAsciiLines(bytes)) {
    if (index++ % step === 0) parts.push(bytes.subarray(start, end), Buffer.from('\n'));
  }
  return Buffer.concat(parts).subarray(0, sampleLength);
}

/**
 * Returns whether a sample, decoded as windows-1252, is ASCII except for curly quotes, dashes and symbols such as `€` or `°`, at most two
 * in a row. Longer sequences are probably letters in another encoding.
 */
function isAsciiWithSymbols(sample: Uint8Array): boolean {
  const nonAscii = decodeWindows1252(sample).match(/[^\0-\x7f]+/g) ?? [];
  return nonAscii.every((run) => run.length <= 2 && /^[^\p{L}\p{Cc}]+$/u.test(run));
}
