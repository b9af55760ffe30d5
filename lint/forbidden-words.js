import { words } from './words.js';

/** Splits names such as `readResponse` and `read-response` into words separated by spaces. */
const splitIntoWords = (text) => text.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');

/** Joins the lines of a comment, and removes the star at the start of each line. */
const joinLines = (text) => text.replace(/\s*\n\s*\*?\s*/g, ' ');

/** Reports the {@link words} in names, comments and strings. */
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
        for (const comment of context.sourceCode.getAllComments()) check(comment, joinLines(comment.value));
      },
      Identifier: (node) => check(node, splitIntoWords(node.name)),
      PrivateIdentifier: (node) => check(node, splitIntoWords(node.name)),
      Literal(node) {
        if (typeof node.value === 'string' && !/^Import|^Export/.test(node.parent.type)) check(node, node.value);
      },
      TemplateElement: (node) => check(node, node.value.raw),
    };
  },
};
