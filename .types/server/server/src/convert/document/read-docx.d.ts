import type { ZipArchive } from './zip-archive.js';
/** Returns the text in a Word document's body, including tables and text boxes. Each paragraph is a line. */
export declare function readDocx(archive: ZipArchive, maxTextBytes: number): string;
