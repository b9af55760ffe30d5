import type { Json } from 'millrace/shared/types/json.js';
import type { FileStatus } from '../../data/file.js';

interface ChosenModule {
  readonly name: string;
  readonly model: string | null;
  /** The model's parameters; `undefined` if all parameters have their defaults. */
  readonly params: Json | undefined;
}

/** Returns the modules of a file's chain, in order, with their models and parameters. */
export function modulesOf({ modules }: FileStatus): ChosenModule[] {
  return Object.values(modules).flatMap((choice) =>
    Object.entries(choice as Record<string, { model: string | null; params?: Json }>).map(
      ([name, { model, params }]) => ({ name, model, params }),
    ),
  );
}

/** Returns the angle by which OCR rotated a page clockwise, in degrees; 0 if OCR did not rotate it. @param page The 1-based page number. */
export function rotationOf({ modulesData }: FileStatus, page: number): number {
  const firstModule = Object.values(modulesData)[0] as Record<string, Record<string, Json> | undefined> | undefined;
  const { rotation: singlePageRotation, rotations } = firstModule?.['ocr'] ?? {};
  const rotation = Array.isArray(rotations) ? (rotations as readonly Json[])[page - 1] : singlePageRotation;
  return typeof rotation === 'number' ? rotation : 0;
}
