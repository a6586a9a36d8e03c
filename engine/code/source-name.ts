/** The name by which stacks call the user's text. */
export const sourceName = 'step.ts'
