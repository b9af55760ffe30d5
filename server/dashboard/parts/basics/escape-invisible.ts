/**
 * Makes invisible characters in untrusted text visible: replaces control characters, zero-width characters and characters that change
 * the text direction with symbols or code points, such as `␛` and `⟨200B⟩`. Keeps tabs and line feeds.
 */
export function escapeInvisible(text: string): string {
  return text.replace(invisible, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '␡' : `⟨${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

// oxlint-disable-next-line no-control-regex -- the expression is meant to match control characters
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Truncates text to at most `maxLength` UTF-16 code units, without splitting a surrogate pair. */
export function truncateText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
  return text.slice(0, end);
}
