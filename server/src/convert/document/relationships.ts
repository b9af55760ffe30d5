import { posix } from 'node:path';
import { readXml } from './read-xml.js';
import type { ZipArchive } from './zip-archive.js';

interface Relationship {
  readonly type: string;
  /** The path of the target part in the archive. */
  readonly path: string;
}

/** Returns the relationships of a part of an Office document by ID, except those with external targets. */
export function readRelationships(archive: ZipArchive, partName: string): Map<string, Relationship> {
  const relationships = new Map<string, Relationship>();
  const folder = posix.dirname(partName);
  const content = archive.read(`${folder}/_rels/${posix.basename(partName)}.rels`);
  if (!content) return relationships;
  readXml(content, 'document', {
    open(element, { Id, Target, Type = '', TargetMode }) {
      if (element !== 'Relationship' || Id === undefined || Target === undefined || TargetMode === 'External') return;
      relationships.set(Id, { type: Type, path: posix.resolve(`/${folder}`, Target).slice(1) });
    },
  });
  return relationships;
}
