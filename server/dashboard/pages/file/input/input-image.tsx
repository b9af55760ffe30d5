import { useState } from 'react';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import type { WordBox } from '../input-references.js';
import { useObjectUrl } from './use-object-url.js';
import styles from './input.module.css';

export interface InputImageProps {
  readonly content: Blob;
  readonly label: string;
  readonly boxes: readonly WordBox[];
  /** The 1-based number of the page that `content` shows. */
  readonly page: number;
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
  readonly onError: () => void;
}

/** A page of an image, with a box around each word that OCR recognized. */
export function InputImage({ content, label, boxes, page, highlightedIndex, onHighlight, onError }: InputImageProps) {
  const imageRef = useObjectUrl<HTMLImageElement>(content);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number }>();
  const percent = (part: number, total: number) => `${(100 * part) / total}%`;
  return (
    <div className={styles['image']}>
      <div className={styles['picture']}>
        <img
          ref={imageRef}
          alt={escapeInvisible(label)}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
          onError={onError}
        />
        {/* hidden from screen readers, because the output lists the same words */}
        {size && (
          <div aria-hidden="true">
            {boxes.map(
              ({ left, top, width, height, text, page: boxPage }, index) =>
                boxPage === page && (
                  <div
                    key={index}
                    className={styles['box']}
                    data-highlighted={index === highlightedIndex || undefined}
                    title={escapeInvisible(text)}
                    style={{
                      left: percent(left, size.width),
                      top: percent(top, size.height),
                      width: percent(width, size.width),
                      height: percent(height, size.height),
                    }}
                    onPointerEnter={() => onHighlight(index)}
                    onPointerLeave={() => onHighlight(undefined)}
                  />
                ),
            )}
          </div>
        )}
      </div>
    </div>
  );
}
