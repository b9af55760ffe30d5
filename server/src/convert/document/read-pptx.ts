import { posix } from 'node:path';
import { ModuleError } from '../../module-contract/module.js';
import { Lines } from './lines.js';
import { readXml } from './read-xml.js';
import type { ZipArchive } from './zip-archive.js';

/** Returns the text on a presentation's slides in display order. Each paragraph is a line, and a blank line separates slides. */
export function readPptx(archive: ZipArchive, maxTextBytes: number): string {
  const lines = new Lines(maxTextBytes);
  for (const name of slideNames(archive)) {
    const slide = archive.read(name);
    if (!slide)
      throw new ModuleError('The PPTX is damaged: one of its slides is missing. Save it again, and send the new file.');
    readSlide(slide, lines);
    lines.break(1);
  }
  return lines.toString();
}

function readSlide(slide: Buffer, lines: Lines): void {
  let hidden = 0;
  let inText = false;
  readXml(slide, 'PPTX', {
    open(element) {
      if (element === 'mc:Fallback') hidden++;
      else if (element === 'a:t') inText = true;
      else if (element === 'a:br' && hidden === 0) lines.newline();
    },
    text(text) {
      if (inText && hidden === 0) lines.add(text.replaceAll(/\s/g, ' '));
    },
    close(element) {
      if (element === 'mc:Fallback') hidden--;
      else if (element === 'a:t') inText = false;
      else if (element === 'a:p') lines.break();
    },
  });
}

/** Returns the slides' file names in display order, as defined by the presentation (not by the numbers in the names). */
function slideNames(archive: ZipArchive): string[] {
  const presentation = archive.read('ppt/presentation.xml');
  const relationships = archive.read('ppt/_rels/presentation.xml.rels');
  if (!presentation || !relationships)
    throw new ModuleError('The PPTX is damaged: its list of slides is missing. Save it again, and send the new file.');
  const targets = new Map<string, string>();
  readXml(relationships, 'PPTX', {
    open(element, { Id, Target }) {
      if (element === 'Relationship' && Id !== undefined && Target !== undefined) targets.set(Id, Target);
    },
  });
  const names: string[] = [];
  readXml(presentation, 'PPTX', {
    open(element, { 'r:id': id }) {
      const target = element === 'p:sldId' && id !== undefined ? targets.get(id) : undefined;
      if (target !== undefined) names.push(posix.resolve('/ppt', target).slice(1));
    },
  });
  return names;
}
