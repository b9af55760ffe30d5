import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { languages, type Language, type LocalizedText, type TextOf } from './define-text.js';

const storageKey = 'millrace-language';

interface LanguageSetting {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageSetting>({ language: 'en', setLanguage: () => undefined });

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setCurrentLanguage] = useState<Language>(getInitialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setting = useMemo(
    () => ({
      language,
      setLanguage: (next: Language) => {
        localStorage.setItem(storageKey, next);
        setCurrentLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={setting}>{children}</LanguageContext>;
}

export const useLanguage = (): LanguageSetting => useContext(LanguageContext);

export function useText<English>(text: LocalizedText<English>): TextOf<English> {
  return text[useContext(LanguageContext).language] as TextOf<English>;
}

/** Returns the stored language, or else the browser's first supported language, or else English. */
function getInitialLanguage(): Language {
  const preferredCodes = [localStorage.getItem(storageKey), ...navigator.languages].map((tag) =>
    tag?.slice(0, 2).toLowerCase(),
  );
  return preferredCodes.find((code): code is Language => code !== undefined && Object.hasOwn(languages, code)) ?? 'en';
}
