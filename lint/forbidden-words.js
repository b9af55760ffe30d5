import { words } from './words.js';

/** `readResponse` and `read-response` are read as words, too. */
const spaced = (text) => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');

/** Comments go on in the next line behind a star. */
const unfolded = (text) => text.replace(/\s*\n\s*\*?\s*/g, ' ');

/** Words of {@link words} in names, comments and texts. @type {import('eslint').Rule.RuleModule} */
export const forbiddenWords = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { word: "Expected plain words, got '{{found}}'. Say {{say}}." },
  },
  create(context) {
    const check = (node, text) => {
      for (const { pattern, say } of words) {
        const found = pattern.exec(text)?.[0];
        if (found !== undefined) context.report({ loc: node.loc, messageId: 'word', data: { found, say } });
      }
    };
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) check(comment, unfolded(comment.value));
      },
      Identifier: (node) => check(node, spaced(node.name)),
      PrivateIdentifier: (node) => check(node, spaced(node.name)),
      Literal(node) {
        if (typeof node.value === 'string' && !/^Import|^Export/.test(node.parent.type)) check(node, node.value);
      },
      TemplateElement: (node) => check(node, node.value.raw),
    };
  },
};
