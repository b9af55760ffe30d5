import { ModuleError } from '../../module-contract/module.js';

/** The usual prefixes for the namespaces of Office documents. The strict variant of the format uses the namespaces at `purl.oclc.org`. */
const prefixByNamespace: Readonly<Record<string, string>> = {
  'http://schemas.openxmlformats.org/wordprocessingml/2006/main': 'w',
  'http://purl.oclc.org/ooxml/wordprocessingml/main': 'w',
  'http://schemas.openxmlformats.org/presentationml/2006/main': 'p',
  'http://purl.oclc.org/ooxml/presentationml/main': 'p',
  'http://schemas.openxmlformats.org/drawingml/2006/main': 'a',
  'http://purl.oclc.org/ooxml/drawingml/main': 'a',
  'http://schemas.openxmlformats.org/drawingml/2006/chart': 'c',
  'http://purl.oclc.org/ooxml/drawingml/chart': 'c',
  'http://schemas.openxmlformats.org/drawingml/2006/diagram': 'dgm',
  'http://purl.oclc.org/ooxml/drawingml/diagram': 'dgm',
  'http://schemas.openxmlformats.org/officeDocument/2006/math': 'm',
  'http://purl.oclc.org/ooxml/officeDocument/math': 'm',
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships': 'r',
  'http://purl.oclc.org/ooxml/officeDocument/relationships': 'r',
  'http://schemas.openxmlformats.org/markup-compatibility/2006': 'mc',
  'http://schemas.openxmlformats.org/package/2006/relationships': '',
  'http://schemas.microsoft.com/office/word/2010/wordml': 'w14',
};

/**
 * Maximum number of prefixes in scope. Each element that declares a prefix copies the inherited prefixes. Real documents have about fifty.
 */
const maxPrefixes = 1000;

type Attributes = Readonly<Record<string, string>>;

interface Scope {
  /** Maps each prefix in scope to the prefix that replaces it. */
  readonly replacementByPrefix: ReadonlyMap<string, string>;
  /** Whether every prefix in scope maps to itself, so that nothing needs to be renamed. */
  readonly isUnchanged: boolean;
}

/** Renames elements and attributes to use the usual prefixes, regardless of the prefixes that the document declares. */
export class XmlNames {
  readonly #scopes: Scope[] = [];

  /** Opens an element and returns its name and attributes with the usual prefixes. */
  open(name: string, attributes: Attributes): { name: string; attributes: Attributes } {
    const scope = this.#createScope(attributes);
    this.#scopes.push(scope);
    if (scope.isUnchanged) return { name, attributes };
    const renamed = Object.entries(attributes).map(([key, value]) => [
      key.includes(':') ? replacePrefix(key, scope) : key,
      value,
    ]);
    return { name: replacePrefix(name, scope), attributes: Object.fromEntries(renamed) as Attributes };
  }

  /** Closes the innermost open element and returns its name with the usual prefix. */
  close(name: string): string {
    const scope = this.#scopes.pop();
    return !scope || scope.isUnchanged ? name : replacePrefix(name, scope);
  }

  #createScope(attributes: Attributes): Scope {
    const outer = this.#scopes.at(-1) ?? { replacementByPrefix: new Map<string, string>(), isUnchanged: true };
    const declarations = Object.keys(attributes).filter((key) => key === 'xmlns' || key.startsWith('xmlns:'));
    if (declarations.length === 0) return outer;
    if (outer.replacementByPrefix.size + declarations.length > maxPrefixes) {
      throw new ModuleError(
        `Expected the document to declare at most ${maxPrefixes} namespaces, got more. Save it again, and send the new file.`,
      );
    }
    const replacementByPrefix = new Map(outer.replacementByPrefix);
    for (const key of declarations) {
      const prefix = key.slice('xmlns:'.length);
      const usualPrefix = prefixByNamespace[attributes[key] ?? ''];
      // the `?` distinguishes the prefix of an unknown namespace from an identical usual prefix
      replacementByPrefix.set(
        prefix,
        usualPrefix ?? (prefix === '' || usualPrefixes.has(prefix) ? `${prefix}?` : prefix),
      );
    }
    return {
      replacementByPrefix,
      isUnchanged: [...replacementByPrefix].every(([prefix, replacement]) => prefix === replacement),
    };
  }
}

const usualPrefixes = new Set(Object.values(prefixByNamespace));

function replacePrefix(name: string, { replacementByPrefix }: Scope): string {
  const colon = name.indexOf(':');
  const prefix = colon === -1 ? '' : name.slice(0, colon);
  const replacement = replacementByPrefix.get(prefix);
  if (replacement === undefined || replacement === prefix) return name;
  const localName = name.slice(colon + 1);
  return replacement === '' ? localName : `${replacement}:${localName}`;
}
