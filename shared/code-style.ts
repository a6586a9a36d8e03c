/**
 * How the code of steps is laid out: what the editor formats by, and what a folder on disk is told, so that both agree
 * and a round trip changes nothing. These are options of Prettier.
 */
export const codeStyle = {
  printWidth: 100,
  tabWidth: 2,
  semi: false,
  singleQuote: true,
  trailingComma: 'all',
} as const
