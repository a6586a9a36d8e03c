/** Names stand in paths with what means something there percent-encoded. */
export function callPath(stepPath: string, name: string, times: number): string {
  const encoded = name.replace(/[:#/[\]%]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${stepPath}#${encoded}${times > 1 ? `:${times}` : ''}`
}

/** The path of the code step that asked, or undefined for a path that is not of something code asked for. */
export function askingStep(path: string): string | undefined {
  const at = path.lastIndexOf('#')
  return at < 0 ? undefined : path.slice(0, at)
}
