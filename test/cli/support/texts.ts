import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const mill = `The miller opened the sluice before dawn.
Water fell on the wheel, and the wheel began to turn.
By noon nine sacks of flour stood beside the door.
`;

export const harbour = `Two ferries lay in the harbour that winter.
The older one carried flour to the islands.
Its captain knew every sandbank by name.
`;

/** Writes both texts into a directory as `mill.txt` and `harbour.txt`. */
export function writeTexts(directory: string): void {
  writeFileSync(join(directory, 'mill.txt'), mill);
  writeFileSync(join(directory, 'harbour.txt'), harbour);
}
