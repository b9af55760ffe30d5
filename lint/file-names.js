const vagueNames = new Set(['util', 'utils', 'helper', 'helpers', 'misc', 'common', 'shared']);

/** Requires file names in kebab-case that describe the file's content. */
export const fileNames = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      case: "Expected the file's name to be in kebab-case, got '{{name}}'. Rename it.",
      vague: "Expected the file's name to describe its content, got '{{name}}'. Name the file after its main export.",
    },
  },
  create(context) {
    const name = context.filename.split(/[/\\]/).at(-1) ?? '';
    const [stem = ''] = name.split('.');
    const isKebabCase = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(stem);
    if (isKebabCase && !vagueNames.has(stem)) return {};
    return {
      Program(node) {
        context.report({ node, messageId: isKebabCase ? 'vague' : 'case', data: { name } });
      },
    };
  },
};
