import { helpers, type Helper } from '#shared/expression/helpers.ts'

const mostShown = 4

/** The functions that the word being typed could become, or that the caret stands right behind. */
export function matchingHelpers(text: string): readonly Helper[] {
  const word = /(?<![\w.'"])([A-Za-z]\w{1,})\(?$/.exec(text)?.[1]?.toLowerCase()
  if (word === undefined) return []
  return helpers.filter((helper) => helper.name.toLowerCase().startsWith(word)).slice(0, mostShown)
}

/** The formula with the word at its end completed to the function. */
export function withHelper(text: string, helper: Helper): string {
  return `${text.replace(/[A-Za-z]\w*\(?$/, '')}${helper.name}(`
}
