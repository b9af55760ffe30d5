/** A step that throws ends the run. The error names the step, and contains the data so far and the record of the run. */
import { pipeline, RunFailedError } from 'millrace';

const broken = pipeline('broken')
  .step('first', () => ({ first: 'done' }))
  .step('second', () => {
    throw new Error('the wheel is stuck');
  })
  .step('third', () => ({ third: 'never' }));

try {
  await broken.run({ given: 1 });
} catch (error) {
  if (!(error instanceof RunFailedError)) throw error;
  console.log(error.message);
  console.log('gathered:', error.data);
  console.log('steps:', error.status.tasks.map((task) => `${task.name} ${task.state}`).join(', '));
}

// the same without exceptions
const status = await broken.start({ given: 2 }).wait();
console.log(`${status.state}: ${status.error?.message ?? ''}`);
