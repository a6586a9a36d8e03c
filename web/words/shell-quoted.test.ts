import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellQuoted } from './shell-quoted.ts'

test.each([
  ['plain', 'a b'],
  ['quotes', `it's "here"; $HOME \`id\` \\ !! 😀`],
  ['lines', 'a\nb\t\r\n'],
  ['an escape that ends a paste', '\u001b[201~\nrm -rf /\n'],
  ['text that turns round', "lira\u202egpj 'x' \\n"],
  ['digits after what is written out', '\u00011\n2'],
])('a shell reads %s as it was, and the terminal sees nothing hidden', (_what, text) => {
  const word = shellQuoted(text)
  expect(word).not.toMatch(/\p{C}/u)
  expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(text)
})
