export type Language = 'en' | 'es';

export const languages: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

/** Returns the user's preferred locale for a language, such as `en-GB`, or the language code if the browser lists none. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}

/** A translation of English texts with the same keys and parameters. */
export type TextOf<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? string
    : English[Key] extends (...parameters: infer Parameters) => string
      ? (...parameters: Parameters) => string
      : TextOf<English[Key]>;
};

export interface LocalizedText<English> {
  readonly en: English;
  readonly es: TextOf<English>;
}

/** Defines dashboard texts in every language. A text with parameters is a function. */
export function defineText<const English extends object>(text: {
  readonly en: English;
  readonly es: TextOf<NoInfer<English>>;
}): LocalizedText<English> {
  return text;
}

/** Formats a count with its noun, such as `1 run` or `12 runs`. */
export function formatCount(count: number, singular: string, plural: string, language: Language): string {
  return `${count.toLocaleString(localeOf(language))} ${count === 1 ? singular : plural}`;
}
