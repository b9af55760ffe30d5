/** Validates input in a step that throws, or with the schema of any validator that follows https://standardschema.dev. */
import { pipeline } from 'millrace';
import { z } from 'zod';

const byHand = pipeline<{ city?: string }>('by-hand')
  .step('check', (d) => {
    if (d.city === undefined) throw new TypeError("'city' is missing");
  })
  .step('greet', (d) => ({ greeting: `hello, ${d.city ?? ''}` }));

const bySchema = pipeline('by-schema', {
  input: z.object({ city: z.string(), days: z.coerce.number<string>().max(14) }),
}).step('plan', (d) => ({ nights: d.days - 1 }));

console.log((await byHand.start({}).wait()).error?.message);
console.log((await byHand.run({ city: 'Vigo' })).greeting);
console.log((await bySchema.start({ city: 'Vigo', days: '30' }).wait()).error?.message);
console.log(await bySchema.run({ city: 'Vigo', days: '3' }));
