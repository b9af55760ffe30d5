import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { languages, type Language, type Text, type TextOf } from './define-text.js';

const storageKey = 'millrace-language';

interface Choice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<Choice>({ language: 'en', choose: () => undefined });

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      choose: (next: Language) => {
        localStorage.setItem(storageKey, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

export const useLanguage = (): Choice => useContext(LanguageContext);

/** Returns a screen's texts in the reader's language. */
export function useText<English>(text: Text<English>): TextOf<English> {
  return text[useContext(LanguageContext).language] as TextOf<English>;
}

/** Returns the reader's earlier choice; otherwise, the first of the browser's languages that has texts here, or English. */
function initialLanguage(): Language {
  const known = [localStorage.getItem(storageKey), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return known.find((tag): tag is Language => tag !== undefined && Object.hasOwn(languages, tag)) ?? 'en';
}
