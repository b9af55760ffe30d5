/** Later steps use the fields that earlier steps added. The compiler checks them: `d.totl` does not compile. */
import { pipeline } from 'millrace';

const invoice = pipeline<{ prices: number[] }>('invoice')
  .step('sum', (d) => ({ net: d.prices.reduce((sum, price) => sum + price, 0) }))
  .step('tax', (d) => ({ tax: Math.round(d.net * 0.21) }))
  .step('total', (d) => ({ total: d.net + d.tax }));

const { net, tax, total } = await invoice.run({ prices: [1000, 250, 99] });
console.log(`${net} + ${tax} = ${total}`);
