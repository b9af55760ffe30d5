/** Two flows, one calling the other, and a task that asks questions on the terminal. The logs of the runs go to stderr. */
import { createInterface } from 'node:readline/promises';
import { flow, log, task } from 'millrace';

const terminal = createInterface({ input: process.stdin, output: process.stdout });

const askIfStudied = task('ask-if-studied', async () => {
  const response = await terminal.question('Did you study for the exam? (y/n) ');
  return response.trim().toLowerCase();
});

const predict = flow('predict', async () => {
  const response = await askIfStudied();
  log(response === 'y' ? 'you will pass' : response === 'n' ? 'you will fail' : 'heaven help you');
  return Number(await terminal.question('Your mark? '));
});

const judge = flow(
  'judge',
  async () => {
    const mark = await predict();
    const verdict = mark > 8 ? `excellent, you have a ${mark}` : `your mark is ${mark}`;
    log(verdict);
    return verdict;
  },
  { verbose: true },
);

console.log(await judge());
terminal.close();
