import { ModuleError } from '../../module-contract/module.js';

/** Maximum number of elements in a formula. Each takes some hundred bytes of memory until the formula ends. */
const maxElements = 200_000;

interface Frame {
  readonly name: string;
  /** The text of each kind of child, such as numerator and denominator. */
  readonly parts: Map<string, string[]>;
  /** The text of all children. */
  text: string;
  /** The operator or opening bracket in the properties, such as `∑`. */
  character: string | undefined;
  /** The closing bracket in the properties. */
  endCharacter: string | undefined;
}

/**
 * Writes an Office formula (ECMA-376, 22.1) on one line, as in a calculation: `(a+b)/c`, `x^2`, `√(x)`. Its methods receive the XML
 * parser's events within `m:oMath`.
 */
export class FormulaText {
  readonly #frames: Frame[] = [newFrame('m:oMath')];
  #elements = 0;

  /** @throws `ModuleError` if the formula has too many elements. */
  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (++this.#elements > maxElements) {
      throw new ModuleError(
        `Expected every formula of the document to have at most ${maxElements} elements, got more. Split it.`,
      );
    }
    const owner = this.#frames.at(-2);
    if (owner && (name === 'm:chr' || name === 'm:begChr')) owner.character = attributes['m:val'] ?? '';
    else if (owner && name === 'm:endChr') owner.endCharacter = attributes['m:val'] ?? '';
    this.#frames.push(newFrame(name));
  }

  text(text: string): void {
    const frame = this.#frames.at(-1);
    if (frame?.name === 'm:t' || frame?.name === 'w:t') frame.text += text;
  }

  close(): void {
    const frame = this.#frames.pop();
    const parent = this.#frames.at(-1);
    if (!frame || !parent) return;
    const text = write(frame);
    parent.text += text;
    const siblings = parent.parts.get(frame.name);
    if (siblings) siblings.push(text);
    else parent.parts.set(frame.name, [text]);
  }

  toString(): string {
    return this.#frames[0]?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  }
}

function newFrame(name: string): Frame {
  return { name, parts: new Map(), text: '', character: undefined, endCharacter: undefined };
}

function write(frame: Frame): string {
  const all = (name: string): string[] => frame.parts.get(`m:${name}`) ?? [];
  const part = (name: string): string => all(name).join('');
  const sub = part('sub') === '' ? '' : `_${grouped(part('sub'))}`;
  const sup = part('sup') === '' ? '' : `^${grouped(part('sup'))}`;
  switch (frame.name) {
    case 'm:f':
      return `${grouped(part('num'))}/${grouped(part('den'))}`;
    case 'm:sSup':
    case 'm:sSub':
    case 'm:sSubSup':
      return `${grouped(part('e'))}${sub}${sup}`;
    case 'm:sPre':
      return `${sub}${sup} ${grouped(part('e'))}`;
    case 'm:rad':
      return part('deg') === '' ? `√(${part('e')})` : `root(${part('deg')}, ${part('e')})`;
    case 'm:nary':
      return ` ${frame.character ?? '∫'}${sub}${sup} ${part('e')}`;
    case 'm:d':
      return `${frame.character ?? '('}${all('e').join(', ')}${frame.endCharacter ?? ')'}`;
    case 'm:func':
      return `${part('fName')} ${part('e')}`;
    case 'm:limLow':
      return `${part('e')}_${grouped(part('lim'))}`;
    case 'm:limUpp':
      return `${part('e')}^${grouped(part('lim'))}`;
    case 'm:mr':
      return all('e').join(' ');
    case 'm:m':
      return `[${all('mr').join('; ')}]`;
    case 'm:eqArr':
      return all('e').join('; ');
    default:
      return frame.text;
  }
}

/** Puts text in brackets, unless it is a name, a number or already in brackets. */
function grouped(text: string): string {
  return /^[\p{L}\p{M}\p{N}.,]*$/u.test(text) || /^\([^()]*\)$/.test(text) ? text : `(${text})`;
}
