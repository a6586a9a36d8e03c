/** PostgreSQL's text can't hold NUL; in names and messages that strangers make up it is shown as what it is not. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\u{fffd}') : text
}
