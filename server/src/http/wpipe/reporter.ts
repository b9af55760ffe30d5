/** Who reports the runs of wpipe's clients, which do not say who they are: no other program may go on with them. */
export const wpipeReporter = '77706970-6500-8000-8000-000000000000';
