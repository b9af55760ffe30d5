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
