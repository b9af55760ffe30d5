const vagueNames = new Set(['util', 'utils', 'helper', 'helpers', 'misc', 'common', 'shared']);

/** Requires file names in kebab-case that describe the content. @type {import('eslint').Rule.RuleModule} */
export const fileNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      case: "Expected the file's name to be in kebab-case, got '{{name}}'. Rename it.",
      drawer: "Expected the file's name to say what is inside, got '{{name}}'. Name it after its one export.",
    },
  },
  create(context) {
    const name = context.filename.split(/[/\\]/).at(-1) ?? '';
    const [stem = ''] = name.split('.');
    return {
      Program(node) {
        if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem)) context.report({ node, messageId: 'case', data: { name } });
        if (vagueNames.has(stem)) context.report({ node, messageId: 'drawer', data: { name } });
      },
    };
  },
};
