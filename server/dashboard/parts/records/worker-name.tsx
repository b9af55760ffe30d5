import { useWorkers } from '../../data/workers.js';
import { Name } from '../basics/name.js';

/** The name of a worker, or the first eight characters of its id if the name is unknown. */
export function WorkerName({ id }: { readonly id: string }) {
  const { data } = useWorkers();
  return <Name>{data?.items.find((worker) => worker.id === id)?.name ?? id.slice(0, 8)}</Name>;
}
