/** The same symbol in every copy of the package, whatever its format and version. */
export const errorBrand = Symbol.for('millrace.error');
