import { Parser } from 'htmlparser2';
import { ModuleError, type Warn } from '../../module-contract/module.js';
import { OmittedDescriptions } from './descriptions.js';
import { formatHtmlNumber } from './format-list-number.js';
import { TableText } from './table-text.js';

/** Elements whose text is never displayed. */
const neverDisplayedElements = new Set([
  ...['script', 'style', 'title', 'template', 'noscript', 'svg', 'iframe', 'object', 'datalist'],
  // the source of a formula that is already in the text
  ...['annotation', 'annotation-xml'],
]);
/** Elements separated from the surrounding text by blank lines, except nested lists and the elements of converted documents. */
const paragraphElements = new Set([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'dl', 'pre', 'blockquote', 'table', 'hr', 'figure'],
  ...['article', 'section', 'aside', 'header', 'footer', 'main', 'nav', 'form', 'fieldset', 'details'],
]);
/** Elements separated from the surrounding text by line breaks. */
const blockElements = new Set([
  ...['div', 'li', 'dt', 'dd', 'caption', 'figcaption', 'address', 'summary', 'legend', 'option', 'body', 'html'],
]);
/** Maximum number of open elements at any point. The parser's time per tag grows with this number. Browsers limit nesting to 512 levels. */
const maxOpenElements = 10_000;
/**
 * Maximum number of open elements, summed over all start tags. A page with a million start tags, nested 20 levels deep, reaches one
 * percent of this limit.
 */
const maxOpenElementSum = 2_000_000_000;

interface HtmlOptions {
  readonly maxTextBytes: number;
  /** Whether the page is XHTML, in which `<title/>` is a complete element. @default false */
  readonly isXml?: boolean;
  /**
   * Whether the page was converted from a document. If so, white space is not collapsed, and no blank lines are added between paragraphs.
   *
   * @default false
   */
  readonly isConvertedDocument?: boolean;
  readonly warn?: Warn;
  /**
   * Called with the description of each visible picture, or with an empty string if it has none. The text does not contain descriptions.
   */
  readonly onPicture?: (description: string) => void;
}

type Visibility = 'shown' | 'hidden' | 'never';
type Attributes = Readonly<Record<string, string>>;

/**
 * Converts an HTML page to text. Blocks and line breaks start a new line, and blank lines separate paragraphs unless `isConvertedDocument`
 * is set. Tables are converted as {@link TableText} describes. Text hidden by attributes is left out, with a warning.
 *
 * @throws `ModuleError` if the elements are nested too deeply, or the text exceeds the limit.
 */
export function htmlToText(
  html: string,
  { maxTextBytes, isXml = false, isConvertedDocument = false, warn, onPicture }: HtmlOptions,
): string {
  const tables = new TableText(maxTextBytes);
  /** For each open element, whether its content is shown, hidden by its own or an ancestor's attributes, or never displayed. */
  const visibilityStack: Visibility[] = [];
  /** For each open list, the number of its next item, or `undefined` if it has no numbers. */
  const lists: { next: number | undefined; readonly type: string | undefined }[] = [];
  let preDepth = 0;
  let hasPendingSpace = false;
  let pendingLabel = '';
  let hiddenCharacterCount = 0;
  let openElementSum = 0;
  const getVisibility = (): Visibility => visibilityStack.at(-1) ?? 'shown';

  const addText = (text: string): void => {
    const { lines } = tables;
    if (pendingLabel !== '') {
      if (text.trim() === '') return;
      lines.add(pendingLabel + text.trimStart());
    } else {
      if (hasPendingSpace && !lines.isAtLineStart) lines.add(' ');
      lines.add(text);
    }
    hasPendingSpace = false;
    pendingLabel = '';
  };
  const breakLine = (name: string): void => {
    if (!paragraphElements.has(name) && !blockElements.has(name)) return;
    hasPendingSpace = false;
    const isNestedList = (name === 'ul' || name === 'ol') && lists.length > 0;
    tables.lines.break(paragraphElements.has(name) && !isNestedList && !isConvertedDocument ? 1 : 0);
  };
  const openElement = (name: string, attributes: Attributes): void => {
    breakLine(name);
    if (tables.open(name, attributes)) hasPendingSpace = false;
    if (name === 'br') {
      hasPendingSpace = false;
      tables.lines.endLine();
    } else if (name === 'img') onPicture?.(attributes['alt'] ?? '');
    else if (name === 'pre') preDepth++;
    else if (name === 'ul' || name === 'ol') {
      const next = name === 'ol' ? parseNumber(attributes['start'], 1) : undefined;
      lists.push({ next, type: attributes['type'] });
    } else if (name === 'li') pendingLabel = takeLabel(attributes);
    else if (name === 'input' && attributes['type'] === 'checkbox') addText('checked' in attributes ? '☑' : '☐');
  };
  const takeLabel = ({ value }: Attributes): string => {
    const list = lists.at(-1);
    if (list?.next === undefined) return pendingLabel;
    const number = parseNumber(value, list.next);
    list.next = number + 1;
    return `${pendingLabel}${formatHtmlNumber(number, list.type)}. `;
  };
  const closeElement = (name: string): void => {
    if (name === 'ul' || name === 'ol') lists.pop();
    else if (name === 'pre') preDepth--;
    else if (name === 'li') pendingLabel = '';
    if (tables.close(name)) hasPendingSpace = false;
    // an empty paragraph of a converted document becomes a blank line
    if (isConvertedDocument && name === 'p') tables.lines.endLine();
    else breakLine(name);
  };

  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        openElementSum += visibilityStack.length;
        if (openElementSum > maxOpenElementSum)
          throw new ModuleError('The page could not be read: its elements are nested too deeply. Close its elements.');
        if (visibilityStack.length >= maxOpenElements) {
          throw new ModuleError(
            `Expected the page to have at most ${maxOpenElements} open elements at any point, got more. Close its elements.`,
          );
        }
        const name = isXml ? removePrefix(tag) : tag;
        if (neverDisplayedElements.has(name)) visibilityStack.push('never');
        else if (getVisibility() === 'shown' && isHiddenElement(name, attributes)) visibilityStack.push('hidden');
        else visibilityStack.push(getVisibility());
        if (getVisibility() === 'shown') openElement(name, attributes);
      },
      ontext(text) {
        if (getVisibility() !== 'shown') hiddenCharacterCount += getVisibility() === 'hidden' ? text.trim().length : 0;
        else if (isConvertedDocument) addText(text.replaceAll(/[^\S\t]/g, ' '));
        else if (preDepth > 0) {
          for (const [index, line] of text.split('\n').entries()) {
            if (index > 0) tables.lines.endLine();
            if (line !== '') addText(line);
          }
        } else {
          for (const [piece] of text.matchAll(/[ \t\n\r\f]+|[^ \t\n\r\f]+/g)) {
            if (/^[ \t\n\r\f]/.test(piece)) hasPendingSpace = true;
            else addText(piece);
          }
        }
      },
      onclosetag(tag) {
        if (visibilityStack.pop() === 'shown') closeElement(isXml ? removePrefix(tag) : tag);
      },
    },
    { decodeEntities: true, recognizeSelfClosing: isXml, recognizeCDATA: isXml },
  );
  parser.end(html);
  if (hiddenCharacterCount > 0) warn?.({ code: 'hidden-text', message: 'Hidden parts of the page were left out.' });
  return tables.lines.toString();
}

/**
 * Converts an HTML page to text and warns if long picture descriptions were left out.
 *
 * @throws `ModuleError` if the page has no visible text, its elements are nested too deeply, or its text exceeds the limit.
 */
export function readHtml(html: string, options: HtmlOptions): string {
  const omitted = new OmittedDescriptions();
  const text = htmlToText(html, { ...options, onPicture: (description) => omitted.add(description) });
  if (text.trim() !== '') {
    if (options.warn) omitted.warnIfLong(text.length, options.warn);
    return text;
  }
  throw new ModuleError(
    'The page contains no visible text: it may be filled by a script, or have only pictures. Open it in a browser, and save or print it from there.',
  );
}

/** Returns whether an element is hidden by its attributes or is a closed dialog. The rules resemble those of Mozilla's Readability. */
function isHiddenElement(name: string, attributes: Attributes): boolean {
  return (
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    (name === 'dialog' && !('open' in attributes)) ||
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))\b/i.test(attributes['style'] ?? '')
  );
}

/** Parses the integer at the start of an attribute, as browsers do. Returns `fallback` if the attribute is missing or invalid. */
function parseNumber(value: string | undefined, fallback: number): number {
  const number = Number.parseInt(value ?? '', 10);
  return Number.isNaN(number) ? fallback : number;
}

function removePrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
