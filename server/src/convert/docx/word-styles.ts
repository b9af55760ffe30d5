import { readXml } from '../document/read-xml.js';
import { parseLevel, type NumberingPosition } from './numbering.js';

interface Style {
  readonly basedOn: string | undefined;
  readonly isHidden: boolean | undefined;
  readonly place: NumberingPosition | undefined;
}

/** Maximum length of a chain of styles, each based on the next. */
const maxAncestors = 20;

/** The numbering and hidden text that the styles of a Word document define. */
export class WordStyles {
  readonly #styles = new Map<string, Style>();

  /** @param part The part `styles.xml`, if the document has it. */
  constructor(part: Buffer | undefined) {
    if (!part) return;
    let id: string | undefined;
    let style: { -readonly [Field in keyof Style]: Style[Field] } | undefined;
    readXml(part, 'DOCX', {
      open(name, attributes) {
        const value = attributes['w:val'];
        if (name === 'w:style') {
          id = attributes['w:styleId'];
          style = { basedOn: undefined, isHidden: undefined, place: undefined };
        } else if (!style) return;
        else if (name === 'w:basedOn') style.basedOn = value;
        else if (name === 'w:vanish') style.isHidden = isOn(value);
        else if (name === 'w:numId') style.place = { ...style.place, list: value };
        else if (name === 'w:ilvl') style.place = { ...style.place, level: parseLevel(value) };
      },
      close: (name) => {
        if (name !== 'w:style') return;
        if (id !== undefined && style) this.#styles.set(id, style);
        style = undefined;
      },
    });
  }

  isHidden(style: string | undefined): boolean {
    return this.#find(style, ({ isHidden }) => isHidden) ?? false;
  }

  numbering(style: string | undefined): NumberingPosition | undefined {
    return this.#find(style, ({ place }) => place);
  }

  #find<T>(id: string | undefined, read: (style: Style) => T | undefined): T | undefined {
    let style = this.#styles.get(id ?? '');
    for (let n = 0; style && n < maxAncestors; n++) {
      const found = read(style);
      if (found !== undefined) return found;
      style = this.#styles.get(style.basedOn ?? '');
    }
    return undefined;
  }
}

/** Returns whether a property is on. A property without a value is on. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !['0', 'false', 'off'].includes(value);
}
