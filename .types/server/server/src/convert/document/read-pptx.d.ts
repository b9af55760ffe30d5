import type { ZipArchive } from './zip-archive.js';
/** Returns the text on a presentation's slides in display order. Each paragraph is a line, and a blank line separates slides. */
export declare function readPptx(archive: ZipArchive, maxTextBytes: number): string;
