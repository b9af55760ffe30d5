import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { useKeyboardShortcuts } from '../keyboard/keyboard.js';
import styles from './filter-bar.module.css';

/** A row of filters for a list. Has a button that clears the filters if `onClear` is set. */
export function FilterBar({
  children,
  onClear,
}: {
  readonly children: ReactNode;
  readonly onClear?: (() => void) | undefined;
}) {
  const text = useText(sharedText);
  return (
    <div className={styles['bar']} role="search">
      {children}
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          {text.clearFilters}
        </Button>
      )}
    </div>
  );
}

export interface SearchFieldProps {
  readonly label?: string;
  readonly value: string;
  /** Called after the user stops typing. */
  readonly onChange: (value: string) => void;
}

const debounceMs = 250;

/** A search field. The `/` key focuses it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const text = useText(sharedText);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [typedText, setTypedText] = useState(value);
  const [lastValue, setLastValue] = useState(value);
  // show the new value if the parent has changed it
  if (value !== lastValue) {
    setLastValue(value);
    setTypedText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  useKeyboardShortcuts([{ keys: '/', label: text.search, run: () => input.current?.focus() }]);
  return (
    <input
      ref={input}
      type="search"
      className={styles['search']}
      aria-label={label ?? text.search}
      placeholder={label ?? text.search}
      value={typedText}
      onChange={(event) => {
        const next = event.target.value;
        setTypedText(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          setLastValue(next);
          onChange(next);
        }, debounceMs);
      }}
    />
  );
}

export interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** Whether to omit the option `Any`. */
  readonly isRequired?: boolean;
}

export function SelectField({ label, value, options, onChange, isRequired = false }: SelectFieldProps) {
  const text = useText(sharedText);
  const id = useId();
  const isListed = value === '' || options.some((option) => option.value === value);
  return (
    <span className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {!isRequired && <option value="">{text.any}</option>}
        {!isListed && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
