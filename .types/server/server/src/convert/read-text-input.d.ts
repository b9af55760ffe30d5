import { type ModuleContext, type ModuleInput } from '../module-contract/module.js';
type Context = Pick<ModuleContext, 'limits' | 'signal'>;
/**
 * Reads a text module's input. Uploads may be plain text in any encoding, HTML, Markdown, PDF, docx or pptx. The type is
 * detected from the content, except for Markdown, which is recognised by its file name. Pages, paragraphs and rows stay on
 * separate lines to keep line numbers meaningful. Output from an earlier module is always read as plain text.
 *
 * @throws `ModuleError` if the file contains no text or exceeds the limits.
 */
export declare function readTextInput(input: ModuleInput, context: Context): Promise<string>;
export {};
