import { formatValue } from 'millrace/shared/rules/format-value.js';
import type { Warn } from '../../module-contract/module.js';
import { formatPages } from '../../convert/pdf/format-pages.js';
import { getScalars, getValue, type Conflict, type Field } from './merge-fields.js';
import type { ExtractParams } from './params.js';
import { formatPath } from './schema/paths.js';
import type { Source } from './source.js';

/** The maximum number of fields to name in a warning. */
const maxNamedFields = 8;

interface FieldsToCheck {
  /** The fields that the model returned. */
  readonly extracted: Field;
  /** The fields in the output. */
  readonly output: Field;
  readonly source: Source;
  readonly params: ExtractParams;
  /** The page of the fields, if the target is `page`. */
  readonly page: number | undefined;
}

/** Warns about fields that were not found in the text, and about required fields without a value. */
export function warnAboutFields({ extracted, output, source, params, page }: FieldsToCheck, warn: Warn): void {
  const onPage = page === undefined ? {} : { page };
  const ungrounded = [...getScalars(extracted)].flatMap(([path, { value, spans }]) =>
    value === null || spans.length > 0 ? [] : [`${path || 'the value'} (${formatValue(value)})`],
  );
  if (ungrounded.length > 0) {
    const consequence = params.isGroundingRequired ? 'They are null.' : 'Check them.';
    const message = `Not found in the text: ${joinNames(ungrounded)}. ${consequence}`;
    warn({ code: 'not-grounded', message, ...onPage });
  }
  const missing = params.checkValue(getValue(output)).missing.map(formatPath);
  if (missing.length === 0) return;
  const unreadPages = source.unreadPages.filter((number) => page === undefined || number === page);
  const explanation =
    unreadPages.length === 0
      ? 'They were not found in the text.'
      : `They may be in content that could not be read: ${formatPages(unreadPages)}.`;
  const location = unreadPages.length === 1 && page === undefined ? { page: unreadPages[0] } : onPage;
  warn({
    code: unreadPages.length > 0 ? 'page-not-read' : 'missing-field',
    message: `Required fields are null: ${joinNames(missing)}. ${explanation}`,
    ...location,
  });
}

/** Warns that different parts of a document have different values for a field. */
export function warnAboutConflict({ path, used, other }: Conflict, source: Source, warn: Warn): void {
  const describe = (field: Conflict['used']): string => {
    const [span] = field.spans;
    const { page } = span ? source.cite(span) : {};
    return `${formatValue(field.value)}${page === undefined ? '' : ` on page ${page}`}`;
  };
  const message = `The document has several values for ${formatPath(path)}: ${describe(used)}, which is used, and ${describe(other)}.`;
  warn({ code: 'conflict', message });
}

/** Joins the first {@link maxNamedFields} names and counts the rest. */
function joinNames(names: readonly string[]): string {
  const omittedCount = names.length - maxNamedFields;
  return `${names.slice(0, maxNamedFields).join(', ')}${omittedCount > 0 ? ` and ${omittedCount} more` : ''}`;
}
