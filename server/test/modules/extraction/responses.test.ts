import { describe, expect, it } from 'vitest';
import { refusal, refusing, chatReply } from '../../support/endpoints/endpoint-habits.js';
import { startOpenAiServer, type OpenAiRequest } from '../../support/endpoints/openai-server.js';
import { extractFrom, invoice, invoiceSchema, invoiceValue, responseOf, startServerWith } from './extract-from.js';

const formatOf = ({ json }: OpenAiRequest) =>
  json['response_format'] as { type: string; json_schema?: { strict: boolean; schema: object } } | undefined;
const messagesOf = ({ json }: OpenAiRequest) => json['messages'] as { role: string; content: string }[];

describe('structured output', () => {
  it('is requested with a schema that strict servers accept', async () => {
    const server = await startServerWith(responseOf(invoiceValue));
    const schema = {
      ...invoiceSchema,
      properties: {
        ...invoiceSchema.properties,
        paid: { anyOf: [{ enum: ['yes', 'no'] }, { type: 'null' }], description: 'Whether it is paid' },
        address: { $ref: '#/$defs/address' },
      },
      $defs: { address: { type: 'object', properties: { city: { type: 'string', minLength: 2, pattern: '^[A-Z]' } } } },
    };
    await extractFrom(invoice, server, { params: { schema } });
    const { type, json_schema: sent } = formatOf(server.requests[0] as OpenAiRequest) ?? {};
    expect([type, sent?.strict]).toEqual(['json_schema', true]);
    expect(sent?.schema).toMatchObject({
      additionalProperties: false,
      required: ['value', 'citations'],
      properties: {
        value: {
          additionalProperties: false,
          required: ['number', 'date', 'total', 'lines', 'paid', 'address'],
          properties: {
            date: { type: ['string', 'null'], description: '(YYYY-MM-DD)' },
            total: { type: ['number', 'null'] },
            paid: { type: ['string', 'null'], enum: ['yes', 'no', null], description: 'Whether it is paid' },
            address: {
              type: ['object', 'null'],
              required: ['city'],
              properties: { city: { type: ['string', 'null'] } },
            },
          },
        },
      },
    });
    expect(JSON.stringify(sent)).not.toMatch(/minimum|minLength|pattern|format|\$ref|\$defs/);
  });

  it('falls back to json_object, and then to no format, if the server rejects it', async () => {
    const server = await startOpenAiServer(
      refusing(
        (request) => formatOf(request) !== undefined,
        refusal('response_format json_schema is not supported', 'response_format'),
      ),
    );
    server.chat = () => responseOf(invoiceValue);
    expect((await extractFrom(invoice, server)).result.value).toEqual(invoiceValue);
    expect(server.requests.map((request) => formatOf(request)?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
    ]);
  });
});

describe('a response', () => {
  const whole = responseOf(invoiceValue);
  it.for<[string, string]>([
    ['in a code fence', `Here it is:\n\`\`\`json\n${whole}\n\`\`\`\nI hope that helps.`],
    ['after a copy of the format', `The form is {"value": {}, "citations": []}. So: ${whole}`],
    ['with a trailing comma and None', whole.replace(/\}$/, ', "note": None,}')],
    ['without the citations around it', JSON.stringify(invoiceValue)],
    ['with field names in another case', whole.replaceAll('"amount"', '"Amount"').replace('"number"', '"Number"')],
    [
      'with numbers and dates in other notations',
      responseOf({
        ...invoiceValue,
        total: '$1,250.50',
        date: '3. April 2026',
        lines: [{ text: 'Two sacks of flour', amount: '1.234,00' }, invoiceValue.lines[1]],
      }),
    ],
  ])('is parsed %s', async ([, response]) => {
    const server = await startServerWith(response);
    const { result, codes } = await extractFrom(invoice, server);
    expect(result.value).toEqual(invoiceValue);
    expect(codes).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('is used as far as it goes if it is cut off, with a warning', async () => {
    const server = await startOpenAiServer((request) =>
      messagesOf(request).length > 2 ? undefined : chatReply(whole.slice(0, whole.indexOf('16.5')), {}, 'length'),
    );
    server.chat = () => whole.slice(0, whole.indexOf('16.5'));
    server.finishReason = 'length';
    const { result, codes } = await extractFrom(invoice, server);
    expect(result.value).toMatchObject({
      number: 'INV-0417',
      lines: [invoiceValue.lines[0], { text: 'One wheel', amount: null }],
    });
    expect(codes).toContain('response-cut');
  });

  it('is requested again if a value is ambiguous, and the value is null if it stays ambiguous', async () => {
    const unclear = responseOf({ ...invoiceValue, date: '03/04/2026', total: -5 });
    const better = responseOf({ ...invoiceValue, date: '03/04/2026' });
    const server = await startServerWith(unclear, better);
    const { result, warnings } = await extractFrom(invoice, server);
    const [, , before, correctionRequest] = messagesOf(server.requests[1] as OpenAiRequest);
    expect([before?.role, before?.content]).toEqual(['assistant', unclear]);
    expect(correctionRequest?.content).toContain('- total: Too small: expected number to be >=0');
    expect(correctionRequest?.content).toContain(
      '- date: "03/04/2026" is not a date in the format YYYY-MM-DD, or has several meanings',
    );
    expect(result.value).toEqual({ ...invoiceValue, date: null });
    expect(warnings.map(({ code }) => code)).toEqual(['not-converted', 'missing-field']);
  });

  it('fails the run with the reason if it is unusable twice', async () => {
    const server = await startServerWith('I am sorry, but', 'Dave, I cannot do that.');
    await expect(extractFrom(invoice, server)).rejects.toThrow(
      'Expected the model to return JSON that fits the schema, got something else in two responses. ' +
        'The response is not a JSON object with the fields "value" and "citations". The second response begins with "Dave, I cannot do that.".',
    );
    expect(server.requests).toHaveLength(2);
  });
});
