import { ModuleError } from '../../module-contract/module.js';

/** Maximum number of elements in a formula. Bounds the memory per formula. */
const maxElements = 200_000;

/** An open element of the formula. */
interface Frame {
  readonly name: string;
  /** The texts of the closed children by element name, such as those of the numerator (`m:num`). */
  readonly childTextsByName: Map<string, string[]>;
  /** The element's text so far, including that of its closed children. */
  text: string;
  /** The operator or opening bracket from the element's properties, such as `∑`. */
  character: string | undefined;
  /** The closing bracket from the element's properties. */
  endCharacter: string | undefined;
}

/**
 * Converts an Office Math formula (ECMA-376, 22.1) to a line of text, such as `(a+b)/c`, `x^2` or `√(x)`. `open`, `text` and `close`
 * receive the XML parser's events within `m:oMath`.
 */
export class FormulaText {
  readonly #frames: Frame[] = [createFrame('m:oMath')];
  #elementCount = 0;

  /** Opens an element. @throws `ModuleError` if the formula has too many elements. */
  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (++this.#elementCount > maxElements) {
      throw new ModuleError(
        `Expected every formula of the document to have at most ${maxElements} elements, got more. Split it.`,
      );
    }
    const grandparent = this.#frames.at(-2);
    if (grandparent && (name === 'm:chr' || name === 'm:begChr')) grandparent.character = attributes['m:val'] ?? '';
    else if (grandparent && name === 'm:endChr') grandparent.endCharacter = attributes['m:val'] ?? '';
    this.#frames.push(createFrame(name));
  }

  text(text: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.name === 'm:t' || frame?.name === 'w:t') frame.text += text;
  }

  close(): void {
    const frame = this.#frames.pop();
    const parent = this.#frames.at(-1);
    if (!frame || !parent) return;
    const text = format(frame);
    parent.text += text;
    const siblings = parent.childTextsByName.get(frame.name);
    if (siblings) siblings.push(text);
    else parent.childTextsByName.set(frame.name, [text]);
  }

  toString(): string {
    return this.#frames[0]?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  }
}

function createFrame(name: string): Frame {
  return { name, childTextsByName: new Map(), text: '', character: undefined, endCharacter: undefined };
}

function format(frame: Frame): string {
  const getTexts = (name: string): string[] => frame.childTextsByName.get(`m:${name}`) ?? [];
  const getText = (name: string): string => getTexts(name).join('');
  const sub = getText('sub') === '' ? '' : `_${parenthesize(getText('sub'))}`;
  const sup = getText('sup') === '' ? '' : `^${parenthesize(getText('sup'))}`;
  switch (frame.name) {
    case 'm:f':
      return `${parenthesize(getText('num'))}/${parenthesize(getText('den'))}`;
    case 'm:sSup':
    case 'm:sSub':
    case 'm:sSubSup':
      return `${parenthesize(getText('e'))}${sub}${sup}`;
    case 'm:sPre':
      return `${sub}${sup} ${parenthesize(getText('e'))}`;
    case 'm:rad':
      return getText('deg') === '' ? `√(${getText('e')})` : `root(${getText('deg')}, ${getText('e')})`;
    case 'm:nary':
      return ` ${frame.character ?? '∫'}${sub}${sup} ${getText('e')}`;
    case 'm:d':
      return `${frame.character ?? '('}${getTexts('e').join(', ')}${frame.endCharacter ?? ')'}`;
    case 'm:func':
      return `${getText('fName')} ${getText('e')}`;
    case 'm:limLow':
      return `${getText('e')}_${parenthesize(getText('lim'))}`;
    case 'm:limUpp':
      return `${getText('e')}^${parenthesize(getText('lim'))}`;
    case 'm:mr':
      return getTexts('e').join(' ');
    case 'm:m':
      return `[${getTexts('mr').join('; ')}]`;
    case 'm:eqArr':
      return getTexts('e').join('; ');
    default:
      return frame.text;
  }
}

/** Puts text in parentheses, unless it contains only letters, digits, periods and commas, or is already in parentheses. */
function parenthesize(text: string): string {
  return /^[\p{L}\p{M}\p{N}.,]*$/u.test(text) || /^\([^()]*\)$/.test(text) ? text : `(${text})`;
}
