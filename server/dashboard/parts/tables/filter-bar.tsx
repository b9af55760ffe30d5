import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { useKeys } from '../keyboard/keyboard.js';
import styles from './filter-bar.module.css';

/** A row with the filters of a list. */
export function FilterBar({
  children,
  onClear,
}: {
  readonly children: ReactNode;
  readonly onClear?: (() => void) | undefined;
}) {
  const text = useText(partsText);
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
  /** Called when the reader stops typing. */
  readonly onChange: (value: string) => void;
}

/** How long typing must pause before `onChange` is called, in ms. */
const pauseMs = 250;

/** A search field, which `/` focuses. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const text = useText(partsText);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  // the value was changed from outside this field
  if (value !== known) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  useKeys([{ keys: '/', label: text.search, run: () => input.current?.focus() }]);
  return (
    <input
      ref={input}
      type="search"
      className={styles['search']}
      aria-label={label ?? text.search}
      placeholder={label ?? text.search}
      value={typed}
      onChange={(event) => {
        const next = event.target.value;
        setTyped(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          setKnown(next);
          onChange(next);
        }, pauseMs);
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
  const text = useText(partsText);
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
