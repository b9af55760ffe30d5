export type Language = 'en' | 'es';

export const languages: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' };

/** Returns the reader's variant of a language, such as `en-GB`, to format numbers and times. */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}

/** A translation of English texts, with the same keys and parameters. */
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

/** Defines a screen's texts in every language. A text with parameters is a function. */
export function defineText<const English extends object>(text: {
  readonly en: English;
  readonly es: Translated<NoInfer<English>>;
}): Text<English> {
  return text;
}

/** Formats a number with its noun: `1 run`, `12 runs`. Both languages need only these two forms. */
export function count(amount: number, one: string, other: string, language: Language): string {
  return `${amount.toLocaleString(localeOf(language))} ${amount === 1 ? one : other}`;
}

export type TextOf<English> = Translated<English>;
