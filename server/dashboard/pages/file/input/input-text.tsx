import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';
import { LineList } from '../line-list.js';
import type { InputReferences } from '../input-references.js';
import { locateLines } from './locate-lines.js';
import styles from './input.module.css';

export interface InputTextProps extends Pick<InputReferences, 'locations'> {
  readonly fileId: string;
  readonly content: Blob;
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
}

/** The maximum size of the text to show, in bytes. Longer text is truncated. */
const maxBytes = 500_000;

/** The input as lines of text. Hovering over a line highlights the first output item or field from that line, and vice versa. */
export function InputText({ fileId, content, locations, highlightedIndex, onHighlight }: InputTextProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const scroller = useRef<HTMLDivElement>(null);
  const { data: lines } = useQuery({
    // use the file's id, because all blobs are equal in a query key
    queryKey: ['text-of-input', fileId],
    queryFn: async () => (await content.slice(0, maxBytes).text()).replace(/\r?\n$/, '').split(/\r?\n/),
    gcTime: 0,
  });
  const lineRanges = useMemo(() => locateLines(lines ?? [], locations), [lines, locations]);
  const highlightedRange = highlightedIndex === undefined ? undefined : lineRanges[highlightedIndex];
  const firstLine = highlightedRange?.first;
  useEffect(() => {
    const lineElement =
      firstLine === undefined ? undefined : scroller.current?.querySelector(`[data-line="${firstLine}"]`);
    lineElement?.scrollIntoView({ block: 'nearest' });
  }, [firstLine]);
  return (
    <>
      <div ref={scroller} className={styles['text']} tabIndex={0} role="group" aria-label={text.input}>
        {lines && (
          <LineList
            lines={lines}
            highlightedRange={highlightedRange}
            onHoverLine={(line) => {
              // ignore whole-page ranges, because they do not show which lines the item or field comes from
              const index = lineRanges.findIndex(
                (range) =>
                  range && !range.isWholePage && line !== undefined && range.first <= line && line <= range.last,
              );
              onHighlight(index < 0 ? undefined : index);
            }}
          />
        )}
      </div>
      {content.size > maxBytes && <p className={styles['note']}>{text.truncated(formatBytes(maxBytes, language))}</p>}
    </>
  );
}
