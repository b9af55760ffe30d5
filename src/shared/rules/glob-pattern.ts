/** Tests whether a `/`-separated path matches. */
export type PathTest = (path: string) => boolean;

/**
 * Compiles a pattern that matches whole paths. `*`, `?` and `[…]` match within a name, `**` matches any number of directories,
 * and `{a,b}` matches either alternative. Names that start with a dot match only patterns that start with a dot.
 */
export function globTest(pattern: string): PathTest {
  const tests = expandBraces(pattern.replace(/^(?:\.\/)+/, '')).map(
    (simple) => new RegExp(`^${translate(simple)}$`, 'su'),
  );
  return (path) => tests.some((test) => test.test(path));
}

/**
 * Compiles several patterns into a test that passes if any of them matches. A pattern without a slash matches file names at any
 * depth.
 */
export function nameOrPathTest(patterns: readonly string[]): PathTest {
  const tests = patterns.map((pattern) => {
    const test = globTest(pattern);
    return pattern.includes('/') ? test : (path: string) => test(path.slice(path.lastIndexOf('/') + 1));
  });
  return (path) => tests.some((test) => test(path));
}

/** Splits a pattern into the directories before its first wildcard and the rest. */
export function splitGlob(pattern: string): { base: string; rest: string } {
  const names = pattern.split('/');
  const firstWildcard = names.findIndex((name) => /[*?[\]{}\\]/.test(name));
  const splitAt = firstWildcard === -1 ? names.length - 1 : firstWildcard;
  const base = names.slice(0, splitAt).join('/');
  return { base: base === '' && pattern.startsWith('/') ? '/' : base, rest: names.slice(splitAt).join('/') };
}

/** Expands `a{b,c}` to `ab` and `ac`. Unclosed braces, and braces without a comma, are literal. */
function expandBraces(pattern: string): string[] {
  let depth = 0;
  let start = -1;
  let cuts: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '\\') i++;
    else if (character === '{' && depth++ === 0) {
      start = i;
      cuts = [];
    } else if (character === ',' && depth === 1) cuts.push(i);
    else if (character === '}' && depth > 0 && --depth === 0 && cuts.length > 0) {
      const [before, after] = [pattern.slice(0, start), pattern.slice(i + 1)];
      const edges = [start, ...cuts, i];
      const choices = edges.slice(1).map((edge, n) => pattern.slice((edges[n] ?? 0) + 1, edge));
      return choices.flatMap((choice) => expandBraces(`${before}${choice}${after}`));
    }
  }
  return [pattern];
}

const token = /\*\*\/|\*\*$|\*+|\?|\[(!|\^)?(\]?[^\]/]*)\]|\\(.)|(.)/gsu;

function translate(pattern: string): string {
  let source = '';
  let startsName = true;
  for (const [text, negated, set, escaped, plain] of pattern.matchAll(token)) {
    const notHidden = startsName ? '(?!\\.)' : '';
    if (startsName && text === '**/') source += '(?:(?!\\.)[^/]+/)*';
    else if (startsName && text === '**') source += '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+';
    else if (text.startsWith('*')) source += `${notHidden}[^/]*${text.endsWith('/') ? '/' : ''}`;
    else if (text === '?') source += `${notHidden}[^/]`;
    else if (set !== undefined) source += `${notHidden}(?!/)[${negated ? '^' : ''}${set.replace(/[\\\][^]/g, '\\$&')}]`;
    else source += escapeRegExp(escaped ?? plain ?? '');
    startsName = text.endsWith('/');
  }
  return source;
}

function escapeRegExp(character: string): string {
  return character.replace(/[$()*+.?[\\\]^{|}/]/, '\\$&');
}
