/** A parameter of `extract` or `classify` that cannot be used. */
export class ParamError extends Error {}

/** The length of a user's instructions, in characters. They are sent with every request. */
export const maxInstructions = 4000;
