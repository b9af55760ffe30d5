import type { Citation, Extraction } from 'millrace/shared/types/extraction.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import { flattenExtraction, type ExtractedField } from './extracted-fields.js';
import styles from './output.module.css';

export interface FieldsViewProps {
  readonly items: readonly Extraction[];
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
}

/** The extracted fields, with the passages in which they were found. */
export function FieldsView({ items, highlightedIndex, onHighlight }: FieldsViewProps) {
  const text = useText(fileText);
  const fieldsOfItems = items.map(flattenExtraction);
  // the index of each item's first field in the list of all fields
  const offsets = fieldsOfItems.map((_, index) =>
    fieldsOfItems.slice(0, index).reduce((sum, fields) => sum + fields.length, 0),
  );
  return (
    <table className={styles['table']} onPointerLeave={() => onHighlight(undefined)}>
      <thead>
        <tr>
          <th scope="col">{text.field}</th>
          <th scope="col">{text.value}</th>
          <th scope="col">{text.quotation}</th>
        </tr>
      </thead>
      {items.map(({ page }, index) => (
        <tbody key={index}>
          {items.length > 1 && (
            <tr>
              <th scope="rowgroup" colSpan={3}>
                {page === undefined ? text.entry(index + 1) : text.page(page)}
              </th>
            </tr>
          )}
          {fieldsOfItems[index]?.map((field, fieldIndex) => {
            const overallIndex = (offsets[index] ?? 0) + fieldIndex;
            return (
              <tr
                key={field.path}
                data-highlighted={overallIndex === highlightedIndex || undefined}
                onPointerEnter={() => onHighlight(overallIndex)}
              >
                <td>
                  <code>{escapeInvisible(field.path)}</code>
                </td>
                <td>
                  <FieldValue value={field.value} />
                </td>
                <td>
                  <Quotations field={field} />
                </td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}

function FieldValue({ value }: Pick<ExtractedField, 'value'>) {
  const text = useText(fileText);
  if (value === null) return <span className={styles['location']}>{text.notInText}</span>;
  return <ExpandableText>{typeof value === 'string' ? value : JSON.stringify(value)}</ExpandableText>;
}

function Quotations({ field: { value, citations } }: { readonly field: ExtractedField }) {
  const text = useText(fileText);
  if (value === null || Array.isArray(value)) return null;
  if (citations.length === 0) return <span className={styles['ungrounded']}>{text.quotationNotFound}</span>;
  return citations.map((citation, index) => (
    <p key={index}>
      <q>{escapeInvisible(citation.quote)}</q> <CitationLocation citation={citation} />
    </p>
  ));
}

function CitationLocation({ citation: { page, line, item } }: { readonly citation: Citation }) {
  const text = useText(fileText);
  const location =
    page !== undefined
      ? text.page(page)
      : line !== undefined
        ? text.line(String(line))
        : item === undefined
          ? undefined
          : text.item(item + 1);
  return location === undefined ? null : <span className={styles['location']}>{location}</span>;
}
