import { useWorkers } from '../../data/workers.js';
import { Name } from '../basics/name.js';

/** A worker by its name; by the start of its id where the name is not known. */
export function WorkerName({ id }: { readonly id: string }) {
  const { data } = useWorkers();
  return <Name>{data?.items.find((worker) => worker.id === id)?.name ?? id.slice(0, 8)}</Name>;
}
