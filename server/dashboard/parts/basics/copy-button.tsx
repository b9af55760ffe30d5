import { useState, type ReactNode } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button, type ButtonProps } from './button.js';

export interface CopyButtonProps extends Pick<ButtonProps, 'kind'> {
  readonly value: string;
  /** The name of the copied value, for the button's label. */
  readonly what?: string;
  readonly children?: ReactNode;
}

export function CopyButton({ value, what, kind, children }: CopyButtonProps) {
  const text = useText(partsText);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button
      {...(kind && { kind })}
      aria-label={what === undefined ? undefined : text.copyOf(what)}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{copied ? text.copied : (children ?? text.copy)}</span>
    </Button>
  );
}

/** Copies text to the clipboard. The Clipboard API exists only on HTTPS and on localhost. */
async function copyText(value: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(value);
  const area = document.createElement('textarea');
  area.value = value;
  document.body.append(area);
  area.select();
  // oxlint-disable-next-line typescript/no-deprecated -- over plain HTTP there is no other way
  document.execCommand('copy');
  area.remove();
}
