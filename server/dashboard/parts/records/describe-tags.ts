/** Formats the tags of a file on one line: `author: orwell, year: 1949`. */
export const describeTags = (tags: readonly Readonly<Record<string, string>>[]): string =>
  tags
    .flatMap(Object.entries<string>)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
