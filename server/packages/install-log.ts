const mostLines = 300
const mostLetters = 400

/** What an installation said, fit to be shown: cut to size, without the credentials an address may hold. */
export function createInstallLog(): { lines: readonly string[]; add(line: string): void } {
  const lines: string[] = []
  return {
    lines,
    add(line) {
      const text = line
        .replace(/^npm /, '')
        .replaceAll(/\/\/[^/\s@]*@/g, '//')
        .replaceAll(/\0/g, '')
        .trim()
        .slice(0, mostLetters)
      if (text === '' || text.startsWith('http cache ')) return
      lines.push(text)
      if (lines.length > mostLines) lines.splice(1, 1)
    },
  }
}
