import { showValue } from 'millrace/shared/rules/show-value.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { Warn } from '../../module-contract/module.js';
import { showPages } from '../../convert/pdf/show-pages.js';
import { fieldsOf, valueOf, type Conflict, type Field } from './merge-fields.js';
import type { ExtractParams } from './params.js';
import { showPath } from './schema/paths.js';
import type { Source } from './source.js';

/** Maximum number of fields that a warning names. */
const maxNamed = 8;

interface Fields {
  /** The fields that the model has returned. */
  readonly before: Field;
  /** The fields in the output. */
  readonly used: Field;
  readonly source: Source;
  readonly params: ExtractParams;
  /** The page of the fields, if the target is `page`. */
  readonly page: number | undefined;
}

/** Warns about fields that were not found in the text, and about required fields without a value. */
export function warnOfFields({ before, used, source, params, page }: Fields, warn: Warn): void {
  const onPage = page === undefined ? {} : { page };
  const ungrounded = [...fieldsOf(before)].flatMap(([path, { value, places }]) =>
    value === null || places.length > 0 ? [] : [`${path || 'the value'} (${show(value)})`],
  );
  if (ungrounded.length > 0) {
    const fate = params.isGroundingRequired ? 'They are null.' : 'Check them.';
    const message = `Not found in the text: ${list(ungrounded)}. ${fate}`;
    warn({ code: 'not-grounded', message, ...onPage });
  }
  const missing = params.check(valueOf(used)).missing.map(showPath);
  if (missing.length === 0) return;
  const unread = page === undefined ? source.unreadPages : source.unreadPages.filter((number) => number === page);
  const where =
    unread.length === 0
      ? 'They were not found in the text.'
      : `They may be in content that could not be read: ${showPages(unread)}.`;
  const only = unread.length === 1 && page === undefined ? { page: unread[0] } : onPage;
  warn({
    code: unread.length > 0 ? 'page-not-read' : 'missing-field',
    message: `Required fields are null: ${list(missing)}. ${where}`,
    ...only,
  });
}

/** Warns about two different values of a field, from different parts of a document. */
export function warnOfConflict({ path, used, other }: Conflict, source: Source, warn: Warn): void {
  const at = (field: Conflict['used']): string => {
    const [place] = field.places;
    const { page } = place ? source.cite(place) : {};
    return `${show(field.value)}${page === undefined ? '' : ` on page ${page}`}`;
  };
  const message = `The document has several values for ${showPath(path)}: ${at(used)}, which is used, and ${at(other)}.`;
  warn({ code: 'conflict', message });
}

function show(value: Json): string {
  return showValue(value);
}

function list(names: readonly string[]): string {
  const more = names.length - maxNamed;
  return `${names.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
