import type { Citation, Extraction } from 'millrace/shared/types/extraction.js';
import { visibleText } from '../../../parts/basics/visible-text.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import { LongText } from '../long-text.js';
import { extractedFields, type ExtractedField } from './extracted-fields.js';
import styles from './output.module.css';

export interface FieldsViewProps {
  readonly items: readonly Extraction[];
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
}

/** The extracted fields, each with the passages in which it was found. */
export function FieldsView({ items, lit, onLight }: FieldsViewProps) {
  const text = useText(fileText);
  const lists = items.map(extractedFields);
  // the index of each item's first field among the fields of all items
  const starts = lists.map((_, index) => lists.slice(0, index).reduce((sum, fields) => sum + fields.length, 0));
  return (
    <table className={styles['table']} onPointerLeave={() => onLight(undefined)}>
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
                {page === undefined ? text.entity(index + 1) : text.page(page)}
              </th>
            </tr>
          )}
          {lists[index]?.map((field, at) => {
            const position = (starts[index] ?? 0) + at;
            return (
              <tr key={field.path} data-lit={position === lit || undefined} onPointerEnter={() => onLight(position)}>
                <td>
                  <code>{visibleText(field.path)}</code>
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
  if (value === null) return <span className={styles['place']}>{text.notSaid}</span>;
  return <LongText>{typeof value === 'string' ? value : JSON.stringify(value)}</LongText>;
}

function Quotations({ field: { value, citations } }: { readonly field: ExtractedField }) {
  const text = useText(fileText);
  if (value === null || Array.isArray(value)) return null;
  if (citations.length === 0) return <span className={styles['ungrounded']}>{text.notFound}</span>;
  return citations.map((citation, index) => (
    <p key={index}>
      <q>{visibleText(citation.quote)}</q> <PlaceOf citation={citation} />
    </p>
  ));
}

function PlaceOf({ citation: { page, line, item } }: { readonly citation: Citation }) {
  const text = useText(fileText);
  const place =
    page !== undefined
      ? text.page(page)
      : line !== undefined
        ? text.line(String(line))
        : item === undefined
          ? undefined
          : text.item(item + 1);
  return place === undefined ? null : <span className={styles['place']}>{place}</span>;
}
