/** The name in `object.name` and `object['name']`. */
const propertyName = ({ computed, property }) => (computed ? property.value : property.name);

/** Skips files whose text cannot break the rule, because building the syntax tree takes longer than the rule itself. */
const ifTextHas = (pattern, create) => (context) => (pattern.test(context.sourceCode.text) ? create(context) : {});

/** Forbids names of interfaces such as `IName`. */
export const interfaceNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { prefix: "Expected an interface's name to describe the thing, got '{{name}}'. Remove the 'I'." },
  },
  create: ifTextHas(/\binterface\s+I[A-Z]/, (context) => ({
    TSInterfaceDeclaration({ id }) {
      if (/^I[A-Z][a-z]/.test(id.name)) context.report({ node: id, messageId: 'prefix', data: { name: id.name } });
    },
  })),
};

const suites = new Set(['it', 'test', 'describe', 'suite']);
const modifiers = new Set(['only', 'skip', 'todo']);

/** Forbids the modifiers that exclude a test or all other tests, such as `.skip` and `.only`. */
export const wholeTests = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { modifier: "Expected every test to run, got '{{name}}'. Remove it, or the test." },
  },
  create: ifTextHas(/\b(only|skip|todo)\b/, (context) => ({
    MemberExpression(node) {
      const name = propertyName(node);
      if (!suites.has(node.object.name) || !modifiers.has(name)) return;
      context.report({ node, messageId: 'modifier', data: { name: `${node.object.name}.${name}` } });
    },
  })),
};

const classes = new Set('Error Date URL Blob File Map Set Promise RegExp ArrayBuffer Uint8Array'.split(' '));

/**
 * Forbids code that fails for a value from another realm. Under jest, Node's modules and the program have different classes of the same
 * name, and jsdom's signals lack a method.
 */
export const realms = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      class: "Expected a function of class-of.ts, got 'instanceof {{name}}': the value may be from another realm.",
      signal: "Expected `throwIfAborted(signal)` of abort-reason.ts: jsdom's signals have no such method.",
    },
  },
  create: ifTextHas(/\binstanceof\b|\bthrowIfAborted\b/, (context) => ({
    BinaryExpression(node) {
      const { operator, right } = node;
      if (operator === 'instanceof' && classes.has(right.name)) {
        context.report({ node, messageId: 'class', data: { name: right.name } });
      }
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'MemberExpression' && propertyName(callee) === 'throwIfAborted') {
        context.report({ node, messageId: 'signal' });
      }
    },
  })),
};
