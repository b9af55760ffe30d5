import { readXml } from './read-xml.js';
import { readRelationships } from './relationships.js';
import type { ZipArchive } from './zip-archive.js';

/**
 * Returns whether layouts, or the masters that they show, contain words that are visible on slides. The text of a placeholder is not
 * visible, because it is only a prompt for the author.
 */
export function hasMasterText(archive: ZipArchive, layouts: Iterable<string>): boolean {
  const masters = new Set<string>();
  for (const layout of layouts) {
    const { hasText, showsMaster } = readLayoutOrMaster(archive, layout);
    if (hasText) return true;
    if (showsMaster) for (const master of findRelatedParts(archive, layout, 'slideMaster')) masters.add(master);
  }
  return [...masters].some((master) => readLayoutOrMaster(archive, master).hasText);
}

/** Returns the paths of the targets of a part's relationships of one type, such as `slideLayout`. */
export function findRelatedParts(archive: ZipArchive, partName: string, type: string): string[] {
  return [...readRelationships(archive, partName).values()]
    .filter((relationship) => relationship.type.endsWith(`/${type}`))
    .map(({ path }) => path);
}

function readLayoutOrMaster(archive: ZipArchive, partName: string): { hasText: boolean; showsMaster: boolean } {
  const part = archive.read(partName);
  let showsMaster = true;
  let hasText = false;
  let isPlaceholder = false;
  let hasWords = false;
  let isInText = false;
  if (!part) return { hasText, showsMaster };
  readXml(part, 'PPTX', {
    open(element, attributes) {
      if (element === 'p:sldLayout') showsMaster = !['0', 'false'].includes(attributes['showMasterSp'] ?? '');
      // every shape and picture has a `p:nvPr`, which contains the `p:ph` of a placeholder
      else if (element === 'p:nvPr') isPlaceholder = false;
      else if (element === 'p:ph') isPlaceholder = true;
      isInText = element === 'a:t';
    },
    text(text) {
      hasWords ||= isInText && /\p{L}/u.test(text);
    },
    close(element) {
      isInText = false;
      if (element !== 'p:sp' && element !== 'p:graphicFrame') return;
      hasText ||= hasWords && !isPlaceholder;
      hasWords = false;
    },
  });
  return { hasText, showsMaster };
}
