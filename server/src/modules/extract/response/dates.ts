const languages = ['en', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ca', 'pl', 'sv'];

const cachedMonthNames: (ReadonlySet<string> | undefined)[] = [];

/** Returns the names and abbreviations of a month in several languages, in lower case and without full stops. @param month 0-based. */
function getMonthNames(month: number): ReadonlySet<string> {
  return (cachedMonthNames[month] ??= computeMonthNames(new Date(Date.UTC(2024, month, 15))));
}

function computeMonthNames(date: Date): ReadonlySet<string> {
  const names = languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((style) => {
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' }).format(date);
      // some languages inflect the name of the month in a date
      const inDate = new Intl.DateTimeFormat(language, { month: style, day: 'numeric', timeZone: 'UTC' })
        .formatToParts(date)
        .find(({ type }) => type === 'month')?.value;
      return [alone, inDate ?? alone];
    }),
  );
  return new Set(names.map(normalizeMonthName).filter((name) => /^\p{L}+$/u.test(name)));
}

function normalizeMonthName(name: string): string {
  return name.normalize('NFC').toLowerCase().replaceAll('.', '').trim();
}

/**
 * Returns the possible readings of a date, as `YYYY-MM-DD`: one for `03.04.2026`, two for `03/04/2026`. Returns an empty list for a text
 * that is not a valid date in a supported notation.
 */
export function parsePossibleDates(text: string): string[] {
  const normalized = text.normalize('NFKC').toLowerCase().trim();
  const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(normalized);
  if (yearFirst) return toValidDates([[yearFirst[1], yearFirst[2], yearFirst[3]]]);
  const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(normalized);
  if (yearLast) {
    const [, a, separator, b, year] = yearLast;
    const candidates = [[year, b, a] as const, ...(separator === '.' ? [] : [[year, a, b] as const])];
    return toValidDates(candidates);
  }
  const words = normalized
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '' && !/^(st|nd|rd|th|of|de|del|the|le)$/.test(word));
  const [first = '', second = '', third = '', ...more] = words.map((word) =>
    word.replace(/^(\d{1,2})(st|nd|rd|th|er|º)$/, '$1'),
  );
  if (more.length > 0 || !/^\d{4}$/.test(third)) return [];
  const findMonthNumber = (word: string): string =>
    String(Array.from({ length: 12 }, (_, month) => getMonthNames(month)).findIndex((names) => names.has(word)) + 1);
  return toValidDates([
    [third, findMonthNumber(second), first],
    [third, findMonthNumber(first), second],
  ]);
}

/**
 * Returns patterns that match a date in various notations. In the text to search, a separator must precede and follow each token.
 *
 * @param date `YYYY-MM-DD`, optionally followed by a time.
 */
export function createDatePatterns(date: string, separator: string): RegExp[] {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date) ?? [];
  if (year === '') return [];
  const [m, d] = [`0?${Number(month)}`, `0?${Number(day)}`];
  const y = `(?:${year}|${year.slice(2)})`;
  const name = `(?:${[...getMonthNames(Number(month) - 1)].join('|')})`;
  const particles = `(?:(?:st|nd|rd|th|er|of|de|del)${separator})*`;
  return [
    [year, m, d].join(separator),
    [d, m, y].join(separator),
    [m, d, y].join(separator),
    `${d}${separator}${particles}${name}${separator}${particles}${y}`,
    `${name}${separator}${d}${separator}${particles}${y}`,
  ].map((pattern) => new RegExp(`${separator}${pattern}(?=${separator})`, 'g'));
}

function toValidDates(dates: readonly (readonly (string | undefined)[])[]): string[] {
  const validDates = dates.flatMap(([year = '', month = '', day = '']) => {
    const fullYear = year.length === 2 ? `${Number(year) < 70 ? '20' : '19'}${year}` : year;
    const isoDate = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const parsed = new Date(`${isoDate}T00:00:00Z`);
    return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(isoDate) ? [isoDate] : [];
  });
  return [...new Set(validDates)];
}
