import { readXml } from '../document/read-xml.js';
import { parseLevel, type NumberingPosition } from './numbering.js';

interface Style {
  readonly basedOn: string | undefined;
  readonly hidesText: boolean | undefined;
  readonly position: NumberingPosition | undefined;
}

/** Maximum number of styles to follow in a `w:basedOn` chain. Guards against circular chains. */
const maxChainLength = 20;

/** The styles of a Word document. Only the properties that hide text or number paragraphs are read. */
export class WordStyles {
  readonly #styleById = new Map<string, Style>();

  /** @param part The content of `styles.xml`, if the document has this part. */
  constructor(part: Buffer | undefined) {
    if (!part) return;
    let id: string | undefined;
    let style: { -readonly [Field in keyof Style]: Style[Field] } | undefined;
    readXml(part, 'DOCX', {
      open(name, attributes) {
        const value = attributes['w:val'];
        if (name === 'w:style') {
          id = attributes['w:styleId'];
          style = { basedOn: undefined, hidesText: undefined, position: undefined };
        } else if (!style) return;
        else if (name === 'w:basedOn') style.basedOn = value;
        else if (name === 'w:vanish') style.hidesText = isOn(value);
        else if (name === 'w:numId') style.position = { ...style.position, listId: value };
        else if (name === 'w:ilvl') style.position = { ...style.position, level: parseLevel(value) };
      },
      close: (name) => {
        if (name !== 'w:style') return;
        if (id !== undefined && style) this.#styleById.set(id, style);
        style = undefined;
      },
    });
  }

  /** Returns whether a style hides text. A style without `w:vanish` inherits the setting from its base style. */
  hidesText(styleId: string | undefined): boolean {
    return this.#find(styleId, ({ hidesText }) => hidesText) ?? false;
  }

  /** Returns the list and level from a style, or from the nearest base style that sets either. */
  getNumbering(styleId: string | undefined): NumberingPosition | undefined {
    return this.#find(styleId, ({ position }) => position);
  }

  #find<T>(id: string | undefined, read: (style: Style) => T | undefined): T | undefined {
    let style = this.#styleById.get(id ?? '');
    for (let n = 0; style && n < maxChainLength; n++) {
      const found = read(style);
      if (found !== undefined) return found;
      style = this.#styleById.get(style.basedOn ?? '');
    }
    return undefined;
  }
}

/** Returns whether an on/off property is on. A property without a value is on. */
export function isOn(value: string | undefined): boolean {
  return value === undefined || !['0', 'false', 'off'].includes(value);
}
