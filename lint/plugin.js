import { allowedImports } from './allowed-imports.js';
import { fileNames } from './file-names.js';
import { forbiddenWords } from './forbidden-words.js';
import { interfaceNames, realms, wholeTests } from './forbidden-syntax.js';

/** The rules of this repository. `.oxlintrc.json` selects the files that each rule checks. */
export default {
  meta: { name: 'house' },
  rules: {
    arrows: allowedImports,
    'file-names': fileNames,
    'interface-names': interfaceNames,
    realms,
    'whole-tests': wholeTests,
    words: forbiddenWords,
  },
};
