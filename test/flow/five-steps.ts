import { pipeline } from 'millrace';

/** Creates a pipeline of five steps that record their names in `done`. The third throws while `state.fails` is set. */
export function fiveSteps() {
  const done: string[] = [];
  const state = { fails: true };
  const chain = pipeline<{ n: number }>('five')
    .step('one', (d) => void done.push(`one ${d.n}`))
    .step('two', () => (done.push('two'), { at: new Date(5) }))
    .step('three', (d) => {
      if (state.fails) throw new Error('not today');
      return { three: d.at.getTime() + (done.push('three') > 0 ? 1 : 0) };
    })
    .step('four', (d) => (done.push('four'), { four: d.three + 1 }))
    .step('five', () => (done.push('five'), { end: true }));
  return { chain, done, state };
}
