import { useState, type ReactNode } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button, type ButtonProps } from './button.js';

export interface CopyButtonProps extends Pick<ButtonProps, 'kind'> {
  readonly value: string;
  /** The name of the value, for the button's ARIA label. */
  readonly valueName?: string;
  readonly children?: ReactNode;
}

export function CopyButton({ value, valueName, kind, children }: CopyButtonProps) {
  const text = useText(sharedText);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button
      {...(kind && { kind })}
      aria-label={valueName === undefined ? undefined : text.copyValue(valueName)}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{isCopied ? text.copied : (children ?? text.copy)}</span>
    </Button>
  );
}

/** Copies text to the clipboard. In an insecure context, where the Clipboard API is unavailable, uses a temporary text area. */
async function copyText(value: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(value);
  const area = document.createElement('textarea');
  area.value = value;
  document.body.append(area);
  area.select();
  // oxlint-disable-next-line typescript/no-deprecated -- no other API works outside a secure context
  document.execCommand('copy');
  area.remove();
}
