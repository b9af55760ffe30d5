const languages = ['en', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ca', 'pl', 'sv'];

const monthNames: (ReadonlySet<string> | undefined)[] = [];

/** Returns the names of a month in several languages, in lower case without full stops. @param month 0-based. */
function getMonthNames(month: number): ReadonlySet<string> {
  return (monthNames[month] ??= computeMonthNames(new Date(Date.UTC(2024, month, 15))));
}

function computeMonthNames(date: Date): ReadonlySet<string> {
  const names = languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((style) => {
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' }).format(date);
      // in some languages, a month has a different form next to a day
      const inDate = new Intl.DateTimeFormat(language, { month: style, day: 'numeric', timeZone: 'UTC' })
        .formatToParts(date)
        .find(({ type }) => type === 'month')?.value;
      return [alone, inDate ?? alone];
    }),
  );
  return new Set(names.map(foldName).filter((name) => /^\p{L}+$/u.test(name)));
}

function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().replaceAll('.', '').trim();
}

/** Returns the dates that a text can mean, as `YYYY-MM-DD`: one for `03.04.2026`, two for `03/04/2026`, none if it is not a date. */
export function readDate(text: string): string[] {
  const normalized = text.normalize('NFKC').toLowerCase().trim();
  const ordered = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(normalized);
  if (ordered) return toValidDates([[ordered[1], ordered[2], ordered[3]]]);
  const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(normalized);
  if (numeric) {
    const [, a, separator, b, year] = numeric;
    const days = [[year, b, a] as const, ...(separator === '.' ? [] : [[year, a, b] as const])];
    return toValidDates(days);
  }
  const words = normalized
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '' && !/^(st|nd|rd|th|of|de|del|the|le)$/.test(word));
  const [first = '', second = '', third = '', ...more] = words.map((word) =>
    word.replace(/^(\d{1,2})(st|nd|rd|th|er|º)$/, '$1'),
  );
  if (more.length > 0 || !/^\d{4}$/.test(third)) return [];
  const monthOf = (word: string): string =>
    String(Array.from({ length: 12 }, (_, month) => getMonthNames(month)).findIndex((names) => names.has(word)) + 1);
  return toValidDates([
    [third, monthOf(second), first],
    [third, monthOf(first), second],
  ]);
}

/** Returns patterns that match a date in many notations. Each token of the text must be between separators. @param date `YYYY-MM-DD` */
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
    const full = year.length === 2 ? `${Number(year) < 70 ? '20' : '19'}${year}` : year;
    const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const time = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text) ? [text] : [];
  });
  return [...new Set(validDates)];
}
