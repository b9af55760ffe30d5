import { posix } from 'node:path';
import { readXml } from './read-xml.js';
import type { ZipArchive } from './zip-archive.js';

interface Relationship {
  readonly type: string;
  /** The path of the part in the archive. */
  readonly path: string;
}

/** Returns the relationships of a part of an Office document, by ID. Leaves out external targets. */
export function readRelationships(archive: ZipArchive, part: string): Map<string, Relationship> {
  const relationships = new Map<string, Relationship>();
  const folder = posix.dirname(part);
  const list = archive.read(`${folder}/_rels/${posix.basename(part)}.rels`);
  if (!list) return relationships;
  readXml(list, 'document', {
    open(element, { Id, Target, Type = '', TargetMode }) {
      if (element !== 'Relationship' || Id === undefined || Target === undefined || TargetMode === 'External') return;
      relationships.set(Id, { type: Type, path: posix.resolve(`/${folder}`, Target).slice(1) });
    },
  });
  return relationships;
}
