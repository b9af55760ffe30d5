/**
 * Words to avoid, with replacements, so that each concept has only one name: the field's standard term. The lint rule
 * `house/words` checks names, comments and strings in the code. A test checks the documentation.
 *
 * @type {readonly { pattern: RegExp, say: string }[]}
 */
export const words = [
  { pattern: /\banswer(s|ed|ing)?\b/i, say: "'response', 'respond' or 'return'" },
  { pattern: /\bown modules?\b|\bmodules? of (your|the operator's) own\b/i, say: "'custom module'" },
  { pattern: /\bpassing (fault|error|failure)s?\b/i, say: "'transient'" },
  { pattern: /\bstumps?\b/i, say: "'pattern'" },
  { pattern: /\bsigns? of life\b/i, say: "'heartbeat'" },
  { pattern: /\btaken for dead\b/i, say: "'marked as crashed'" },
  { pattern: /\bwhoever\b|\bwhosoever\b/i, say: "who it is: 'the caller', 'a client', 'anyone who'" },
  { pattern: /\b(there|which|that|it|who) (is|are) none\b/i, say: "'there is no …', 'without …'" },
  { pattern: /\bfor ever\b/i, say: "'forever', or that there is no limit" },
  { pattern: /\bnothing (is|was) heard\b|\bof which nothing\b/i, say: "'silent', 'without a heartbeat'" },
  { pattern: /\bat the (most|least|earliest|latest)\b/i, say: "'at most', 'at least'" },
  { pattern: /\bso (many|much|long|large) \S+ at (the )?(most|least)\b/i, say: "'at most N …'" },
  {
    pattern: /\b(is|are|was|were|be|been|being) told\b/i,
    say: "who tells whom: 'the server tells the program', 'notifies'",
  },
  { pattern: /\bcomes? again\b/i, say: "'retries', 'connects again', 'runs again'" },
  { pattern: /\ba courtesy\b/i, say: "'best effort'" },
  { pattern: /\bgone by then\b|\bby and by\b/i, say: "when: 'before that', 'later'" },
  { pattern: /\bwipes?\b|\bwiped\b/i, say: "'delete'" },
  { pattern: /\bin the midst of\b/i, say: "'during', 'while'" },
  { pattern: /\bto be sure\b/i, say: 'nothing' },
];
