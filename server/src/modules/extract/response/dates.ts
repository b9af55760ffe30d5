const languages = ['en', 'es', 'fr', 'de', 'it', 'pt', 'nl', 'ca', 'pl', 'sv'];

const namesOfMonths: (ReadonlySet<string> | undefined)[] = [];

/** Returns the names of a month, from 0, folded, in several languages. */
function namesOf(month: number): ReadonlySet<string> {
  return (namesOfMonths[month] ??= readNames(new Date(Date.UTC(2024, month, 15))));
}

function readNames(date: Date): ReadonlySet<string> {
  const names = languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((style) => {
      const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' }).format(date);
      // in some languages, a name has another form beside a day
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

/** Returns the possible dates of a text, as `YYYY-MM-DD`: one for `03.04.2026`, two for `03/04/2026`, none if it is not a date. */
export function readDate(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase().trim();
  const ordered = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain);
  if (ordered) return valid([[ordered[1], ordered[2], ordered[3]]]);
  const numeric = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})$/.exec(plain);
  if (numeric) {
    const [, a, mark, b, year] = numeric;
    const days = [[year, b, a] as const, ...(mark === '.' ? [] : [[year, a, b] as const])];
    return valid(days);
  }
  const words = plain
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '' && !/^(st|nd|rd|th|of|de|del|the|le)$/.test(word));
  const [first = '', second = '', third = '', ...more] = words.map((word) =>
    word.replace(/^(\d{1,2})(st|nd|rd|th|er|º)$/, '$1'),
  );
  if (more.length > 0 || !/^\d{4}$/.test(third)) return [];
  const monthOf = (word: string): string =>
    String(Array.from({ length: 12 }, (_, month) => namesOf(month)).findIndex((names) => names.has(word)) + 1);
  return valid([
    [third, monthOf(second), first],
    [third, monthOf(first), second],
  ]);
}

/** Returns patterns that find a date, given as `YYYY-MM-DD`, among tokens that `mark` separates, in many notations. */
export function datePatterns(date: string, mark: string): RegExp[] {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date) ?? [];
  if (year === '') return [];
  const [m, d] = [`0?${Number(month)}`, `0?${Number(day)}`];
  const y = `(?:${year}|${year.slice(2)})`;
  const name = `(?:${[...namesOf(Number(month) - 1)].join('|')})`;
  const small = `(?:(?:st|nd|rd|th|er|of|de|del)${mark})*`;
  return [
    [year, m, d].join(mark),
    [d, m, y].join(mark),
    [m, d, y].join(mark),
    `${d}${mark}${small}${name}${mark}${small}${y}`,
    `${name}${mark}${d}${mark}${small}${y}`,
  ].map((pattern) => new RegExp(`${mark}${pattern}(?=${mark})`, 'g'));
}

function valid(dates: readonly (readonly (string | undefined)[])[]): string[] {
  const found = dates.flatMap(([year = '', month = '', day = '']) => {
    const full = year.length === 2 ? `${Number(year) < 70 ? '20' : '19'}${year}` : year;
    const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const time = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text) ? [text] : [];
  });
  return [...new Set(found)];
}
