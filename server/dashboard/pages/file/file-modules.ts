import type { Json } from 'millrace/shared/types/json.js';
import type { FileStatus } from '../../data/file.js';

interface ChosenModule {
  readonly name: string;
  readonly model: string | null;
  /** The model's parameters; `undefined` if all parameters have their defaults. */
  readonly params: Json | undefined;
}

/** Returns the modules that processed a file, in order. */
export function modulesOf({ modules }: FileStatus): ChosenModule[] {
  return Object.values(modules).flatMap((chosen) =>
    Object.entries(chosen as Record<string, { model: string | null; params?: Json }>).map(
      ([name, { model, params }]) => ({ name, model, params }),
    ),
  );
}

/** Returns the angle by which OCR rotated a page of an image clockwise, in degrees. @param page The number of the page, from 1. */
export function rotationOf({ modulesData }: FileStatus, page: number): number {
  const firstModule = Object.values(modulesData)[0] as Record<string, Record<string, Json> | undefined> | undefined;
  const { rotation: firstRotation, rotations } = firstModule?.['ocr'] ?? {};
  const rotation = Array.isArray(rotations) ? (rotations as readonly Json[])[page - 1] : firstRotation;
  return typeof rotation === 'number' ? rotation : 0;
}
