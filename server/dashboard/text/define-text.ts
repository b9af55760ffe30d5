export type Language = 'en' | 'es';

export const languages: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

/** The reader's variety of a language, such as `en-GB`, for numbers and times. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}

/** The same keys as in English, and the same parameters. */
type Translated<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? string
    : English[Key] extends (...parameters: infer Parameters) => string
      ? (...parameters: Parameters) => string
      : Translated<English[Key]>;
};

export interface Text<English> {
  readonly en: English;
  readonly es: Translated<English>;
}

/** A screen's texts in every language. A text with parameters is a function. */
export function defineText<const English extends object>(text: {
  readonly en: English;
  readonly es: Translated<NoInfer<English>>;
}): Text<English> {
  return text;
}

/** `1 run`, `12 runs`. Both languages need only these two forms. */
export function count(amount: number, one: string, other: string, language: Language): string {
  return `${amount.toLocaleString(localeOf(language))} ${amount === 1 ? one : other}`;
}

export type TextOf<English> = Translated<English>;
