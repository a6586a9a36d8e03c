import * as estree from 'prettier/plugins/estree'
import * as typescript from 'prettier/plugins/typescript'
import { formatWithCursor } from 'prettier/standalone'
import { codeStyle } from '#shared/code-style.ts'
import type { FormatAnswer, FormatRequest } from './format-code.ts'

/** Prettier, apart from the page: it weighs nearly a megabyte and takes its time with long code. */
self.addEventListener('message', (event: MessageEvent<FormatRequest>) => void answer(event.data))

async function answer({ id, code, cursorOffset }: FormatRequest): Promise<void> {
  const send = (answered: FormatAnswer) => self.postMessage(answered)
  try {
    const { formatted, cursorOffset: cursor } = await formatWithCursor(code, {
      ...codeStyle,
      parser: 'typescript',
      plugins: [estree, typescript],
      cursorOffset,
    })
    send({ id, kind: 'formatted', code: formatted, cursorOffset: Math.max(0, cursor) })
  } catch (error) {
    send({ id, kind: 'refused', ...placeOf(error), message: messageOf(error) })
  }
}

/** A mistake in the text carries its place; anything else is about the first line. */
function placeOf(error: unknown): { line: number; column: number } {
  if (typeof error === 'object' && error !== null && 'loc' in error) {
    const { loc } = error
    if (typeof loc === 'object' && loc !== null && 'start' in loc) {
      const { start } = loc
      if (typeof start === 'object' && start !== null && 'line' in start && 'column' in start)
        return { line: Number(start.line), column: Number(start.column) }
    }
  }
  return { line: 1, column: 1 }
}

/** What is wrong, without the drawing of the lines around it that Prettier adds. */
function messageOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return first.replace(/ \(\d+:\d+\)$/, '')
}
