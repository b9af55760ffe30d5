import { useId, useState } from 'react';
import { useSession, useSignOut } from '../data/session.js';
import { Button } from '../parts/basics/button.js';
import { languages, type Language } from '../text/define-text.js';
import { useLanguage, useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import { chooseTheme, loadTheme, type Theme } from './theme.js';
import styles from './shell.module.css';

export function Preferences() {
  const text = useText(shellText);
  const { data: session } = useSession();
  const signOut = useSignOut();
  return (
    <div className={styles['preferences']}>
      <LanguageSelect />
      <ThemeSelect />
      {session && (
        <>
          <span>{text.signedInAs(session.key.name, session.key.role)}</span>
          <Button kind="quiet" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
            {text.signOut}
          </Button>
        </>
      )}
    </div>
  );
}

export function LanguageSelect() {
  const text = useText(shellText);
  const { language, setLanguage } = useLanguage();
  return (
    <LabeledSelect
      label={text.language}
      value={language}
      options={Object.entries(languages)}
      onChange={(value) => setLanguage(value as Language)}
    />
  );
}

function ThemeSelect() {
  const text = useText(shellText);
  const [theme, setTheme] = useState<Theme>(loadTheme);
  return (
    <LabeledSelect
      label={text.theme}
      value={theme}
      options={Object.entries(text.themes)}
      onChange={(value) => {
        chooseTheme(value as Theme);
        setTheme(value as Theme);
      }}
    />
  );
}

interface LabeledSelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly [value: string, label: string][];
  readonly onChange: (value: string) => void;
}

function LabeledSelect({ label, value, options, onChange }: LabeledSelectProps) {
  const id = useId();
  return (
    <span className={styles['choice']}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([optionValue, optionLabel]) => (
          <option key={optionValue} value={optionValue}>
            {optionLabel}
          </option>
        ))}
      </select>
    </span>
  );
}
