/** Thrown if a parameter of `extract` or `classify` is invalid. */
export class ParamError extends Error {}

/** Maximum length of a user's instructions, in characters. They are sent with every request. */
export const maxInstructions = 4000;
