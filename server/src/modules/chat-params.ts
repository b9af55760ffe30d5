/** Thrown if a parameter of `extract` or `classify` is invalid. */
export class ParamError extends Error {}

/** The maximum length of the `instructions` parameter, in characters. The instructions are sent with every request. */
export const maxInstructionsLength = 4000;
