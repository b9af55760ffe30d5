/** Returns whether a `/`-separated path matches a pattern, or any of several patterns. */
export type PathMatcher = (path: string) => boolean;

/**
 * Compiles a pattern that matches whole paths. `*`, `?` and `[…]` do not match `/`. A `**` segment matches any number of segments, but
 * at least one at the end of the pattern. `{a,b}` matches either alternative, and `\` escapes a special character. A path segment that
 * starts with a dot matches only a pattern segment that starts with a dot.
 *
 * @throws `SyntaxError` if a range is reversed, such as `[z-a]`.
 */
export function compileGlob(pattern: string): PathMatcher {
  const expressions = expandBraces(pattern.replace(/^(?:\.\/)+/, '')).map(
    (simple) => new RegExp(`^${toRegExpSource(simple)}$`, 'su'),
  );
  return (path) => expressions.some((expression) => expression.test(path));
}

/**
 * Compiles several patterns into one matcher, which accepts a path if any of the patterns matches. A pattern without a slash is matched
 * against only the last segment of the path, so it matches names at any depth.
 */
export function compilePathPatterns(patterns: readonly string[]): PathMatcher {
  const matchers = patterns.map((pattern) => {
    const matches = compileGlob(pattern);
    return pattern.includes('/') ? matches : (path: string) => matches(path.slice(path.lastIndexOf('/') + 1));
  });
  return (path) => matchers.some((matches) => matches(path));
}

/** Splits a pattern into its leading directories without special characters (`base`) and the rest, which has at least one segment. */
export function splitGlob(pattern: string): { base: string; rest: string } {
  const segments = pattern.split('/');
  const firstSpecial = segments.findIndex((segment) => /[*?[\]{}\\]/.test(segment));
  const splitAt = firstSpecial === -1 ? segments.length - 1 : firstSpecial;
  const base = segments.slice(0, splitAt).join('/');
  return { base: base === '' && pattern.startsWith('/') ? '/' : base, rest: segments.slice(splitAt).join('/') };
}

/**
 * Expands `a{b,c}` to `ab` and `ac`. Braces can be nested. Unclosed braces, and braces without a comma, are literal.
 *
 * @param from The position of the first brace to expand.
 */
function expandBraces(pattern: string, from = 0): string[] {
  let depth = 0;
  let start = -1;
  let commas: number[] = [];
  for (let i = from; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '{' && depth++ === 0) {
      start = i;
      commas = [];
    } else if (character === ',' && depth === 1) commas.push(i);
    else if (character === '}' && depth > 0 && --depth === 0) {
      if (commas.length === 0) return expandBraces(pattern, start + 1);
      const [before, after] = [pattern.slice(0, start), pattern.slice(i + 1)];
      const boundaries = [start, ...commas, i];
      const alternatives = boundaries.slice(1).map((end, n) => pattern.slice((boundaries[n] ?? 0) + 1, end));
      return alternatives.flatMap((alternative) => expandBraces(`${before}${alternative}${after}`, start));
    }
  }
  return depth === 0 ? [pattern] : expandBraces(pattern, start + 1);
}

const token = /\*\*\/|\*\*$|\*+|\?|\[(!|\^)?(\]?[^\]/]*)\]|\\(.)|(.)/gsu;

/** Converts a pattern to the source of a regular expression. Treats braces as literal characters. */
function toRegExpSource(pattern: string): string {
  let source = '';
  let isNameStart = true;
  for (const [text, negated, set, escaped, plain] of pattern.matchAll(token)) {
    const notHidden = isNameStart ? '(?!\\.)' : '';
    if (isNameStart && text === '**/') source += '(?:(?!\\.)[^/]+/)*';
    else if (isNameStart && text === '**') source += '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+';
    else if (text.startsWith('*')) source += `${notHidden}[^/]*${text.endsWith('/') ? '/' : ''}`;
    else if (text === '?') source += `${notHidden}[^/]`;
    else if (set !== undefined) source += `${notHidden}(?!/)[${negated ? '^' : ''}${set.replace(/[\\\][^]/g, '\\$&')}]`;
    else source += escapeRegExp(escaped ?? plain ?? '');
    isNameStart = text.endsWith('/');
  }
  return source;
}

function escapeRegExp(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}/]/, '\\$&');
}
