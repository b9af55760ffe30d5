import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';
import { LineList } from '../line-list.js';
import type { Links } from '../links.js';
import { findLines } from './find-lines.js';
import styles from './input.module.css';

export interface TextInputProps extends Pick<Links, 'places'> {
  readonly fileId: string;
  readonly content: Blob;
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
}

/** The maximum size of the shown text, in bytes. */
const maxBytes = 500_000;

/** The input as text, line by line. The lines that an output item came from are highlighted together with it. */
export function TextInput({ fileId, content, places, lit, onLight }: TextInputProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
  const { data: shown } = useQuery({
    // by the file, as all blobs have the same hash
    queryKey: ['text-of-input', fileId],
    queryFn: async () => (await content.slice(0, maxBytes).text()).replace(/\r?\n$/, '').split(/\r?\n/),
    gcTime: 0,
  });
  const found = useMemo(() => findLines(shown ?? [], places), [shown, places]);
  const range = lit === undefined ? undefined : found[lit];
  const first = range?.first;
  useEffect(() => {
    const line = first === undefined ? undefined : scroller.current?.querySelector(`[data-line="${first}"]`);
    line?.scrollIntoView({ block: 'nearest' });
  }, [first]);
  return (
    <>
      <div ref={scroller} className={styles['text']} tabIndex={0} role="group" aria-label={text.input}>
        {shown && (
          <LineList
            lines={shown}
            range={range}
            onLine={(line) => {
              const index = found.findIndex(
                (one) => one && !one.isPage && line !== undefined && one.first <= line && line <= one.last,
              );
              onLight(index < 0 ? undefined : index);
            }}
          />
        )}
      </div>
      {content.size > maxBytes && <p className={styles['note']}>{text.cut(formatBytes(maxBytes, language))}</p>}
    </>
  );
}
