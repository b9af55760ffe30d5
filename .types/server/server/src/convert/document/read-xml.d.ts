interface XmlHandler {
    open?(name: string, attributes: Readonly<Record<string, string>>): void;
    text?(text: string): void;
    close?(name: string): void;
}
/**
 * Parses one part of an Office document. Element names keep their namespace prefixes.
 *
 * @throws `ModuleError` if the part contains a document type declaration (which could define entities that expand
 * exponentially), is nested too deeply, or is truncated.
 */
export declare function readXml(bytes: Buffer, kind: string, handler: XmlHandler): void;
export {};
