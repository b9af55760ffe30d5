import { useState } from 'react';
import { visibleText } from '../../../parts/basics/visible-text.js';
import type { Box } from '../links.js';
import { useSource } from './use-source.js';
import styles from './input.module.css';

export interface ImageInputProps {
  readonly content: Blob;
  readonly label: string;
  readonly boxes: readonly Box[];
  /** The page in `content`, from 1. */
  readonly page: number;
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
  readonly onError: () => void;
}

/** An image, with a box around each word that OCR has read. */
export function ImageInput({ content, label, boxes, page, lit, onLight, onError }: ImageInputProps) {
  const source = useSource<HTMLImageElement>(content);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number }>();
  const percent = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <div className={styles['image']}>
      <div className={styles['picture']}>
        <img
          ref={source}
          alt={visibleText(label)}
          onLoad={({ currentTarget }) =>
            setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
          }
          onError={onError}
        />
        {/* hidden from screen readers: the list of words in the output has the same words */}
        {size && (
          <div aria-hidden="true">
            {boxes.map(
              ({ left, top, width, height, text, page: of }, index) =>
                of === page && (
                  <div
                    key={index}
                    className={styles['box']}
                    data-lit={index === lit || undefined}
                    title={visibleText(text)}
                    style={{
                      left: percent(left, size.width),
                      top: percent(top, size.height),
                      width: percent(width, size.width),
                      height: percent(height, size.height),
                    }}
                    onPointerEnter={() => onLight(index)}
                    onPointerLeave={() => onLight(undefined)}
                  />
                ),
            )}
          </div>
        )}
      </div>
    </div>
  );
}
