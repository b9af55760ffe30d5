import type { Json } from 'millrace/shared/types/json.js';
import type { FileStatus } from '../../data/file.js';

interface ChosenModule {
  readonly name: string;
  readonly model: string | null;
  /** Only those that differ from the model's own. */
  readonly params: Json | undefined;
}

/** The modules that a file goes through, in their order. */
export function modulesOf({ modules }: FileStatus): ChosenModule[] {
  return Object.values(modules).flatMap((chosen) =>
    Object.entries(chosen as Record<string, { model: string | null; params?: Json }>).map(
      ([name, { model, params }]) => ({ name, model, params }),
    ),
  );
}

/** By how many degrees a page of a file's image was turned clockwise before its text was read. @param page From 1. */
export function rotationOf({ modulesData }: FileStatus, page: number): number {
  const first = Object.values(modulesData)[0] as Record<string, Record<string, Json> | undefined> | undefined;
  const { rotation: ofFirst, rotations } = first?.['ocr'] ?? {};
  const rotation = Array.isArray(rotations) ? (rotations as readonly Json[])[page - 1] : ofFirst;
  return typeof rotation === 'number' ? rotation : 0;
}
