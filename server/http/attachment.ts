/** The header that has a file saved under its name, whatever the name is, rather than shown. */
export function attachment(name: string): string {
  if (name === '') return 'attachment'
  // A lone surrogate, which a stranger may send, can't be written in an address.
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename*=UTF-8''${encoded}`
}
