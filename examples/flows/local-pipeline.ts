/** Three steps, one of them an object. Each adds fields, and the result has all fields. */
import { pipeline } from 'millrace';

class Label {
  constructor(private readonly prefix: string) {}

  run(data: { flour: number }) {
    return { label: `${this.prefix}: ${data.flour} kg` };
  }
}

const mill = pipeline<{ grain: number }>('mill', { verbose: true })
  .step('clean', ({ grain }) => ({ clean: grain * 0.95 }), 'v1.0')
  .step('grind', ({ clean }) => ({ flour: clean * 0.8 }), 'v1.0')
  .step('label', new Label('flour'), 'v1.0');

console.log(await mill.run({ grain: 100 }));
