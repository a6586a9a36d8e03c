import { styleText } from 'node:util'

type Style = 'red' | 'green' | 'yellow' | 'bold' | 'dim'

/** Where a command writes. Colours only where somebody looks at them. */
export interface Terminal {
  say(line?: string): void
  complain(line: string): void
  styled(style: Style, text: string): string
}

export function createTerminal(to: {
  out: (text: string) => void
  err: (text: string) => void
  hasColours: boolean
  /** Words are left out: a program reads the result. */
  isQuiet: boolean
}): Terminal {
  return {
    say: (line = '') => {
      if (!to.isQuiet) to.out(`${harmless(line)}\n`)
    },
    complain: (line) => to.err(`${harmless(line)}\n`),
    styled: (style, text) => (to.hasColours ? styleText(style, harmless(text), { validateStream: false }) : text),
  }
}

/** Names and code come from others, and must not steer the terminal: what stays is lines, tabs and our own colours. */
function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (sign: string, at: number) =>
    sign === '\n' || sign === '\t' || (sign === '\u{1B}' && /^.\[\d+m/.test(text.slice(at, at + 6))) ? sign : '\uFFFD',
  )
}
