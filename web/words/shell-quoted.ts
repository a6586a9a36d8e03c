/** What a terminal could take for a command while it is pasted, or shows otherwise than it is. */
const hiddenMarks = /\p{C}/u

/**
 * A text as one word of a shell's command, however hostile it is. In single quotes a shell reads everything as it stands,
 * but for the quote itself; what can't be seen is written out byte by byte, so that nothing of it reaches the terminal.
 */
export function shellQuoted(text: string): string {
  if (!hiddenMarks.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`
  const written = Array.from(text, (mark) => {
    if (mark === "'" || mark === '\\') return `\\${mark}`
    return hiddenMarks.test(mark) ? bytesOf(mark) : mark
  })
  return `$'${written.join('')}'`
}

function bytesOf(mark: string): string {
  // No word of a shell holds a zero byte.
  if (mark === '\0') return ''
  return Array.from(new TextEncoder().encode(mark), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}
