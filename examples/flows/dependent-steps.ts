/** Later steps use what earlier ones added, and the compiler knows what that is: `d.totl` would not compile. */
import { pipeline } from 'millrace';

const invoice = pipeline<{ prices: number[] }>('invoice')
  .step('sum', (d) => ({ net: d.prices.reduce((sum, price) => sum + price, 0) }))
  .step('tax', (d) => ({ tax: Math.round(d.net * 0.21) }))
  .step('total', (d) => ({ total: d.net + d.tax }));

const { net, tax, total } = await invoice.run({ prices: [1000, 250, 99] });
console.log(`${net} + ${tax} = ${total}`);
