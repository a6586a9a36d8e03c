import type { StoredFile } from '#shared/stored-file.ts'
import type { Files } from '../define.ts'

/** Keeps an answer as a file, under the name the other side gives it, else the end of its address. */
export function keepAnswer(
  files: Files,
  answer: { url: string; headers: [name: string, value: string][]; body: Uint8Array },
): Promise<StoredFile> {
  const header = (wanted: string) => answer.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? ''
  const type = header('content-type').split(';')[0]?.trim().toLowerCase() ?? ''
  const name = fileNameIn(header('content-disposition')) ?? decoded(lastPart(URL.parse(answer.url)?.pathname ?? ''))
  return files.keep({ name, type: type || 'application/octet-stream', content: answer.body })
}

/** `attachment; filename="a.pdf"; filename*=UTF-8''%C3%A4.pdf` (RFC 6266); the second form is the better one. */
function fileNameIn(disposition: string): string | undefined {
  const encoded = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1]
  const plain = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition)
  const name = encoded === undefined ? (plain?.[1]?.replaceAll(/\\(.)/g, '$1') ?? plain?.[2]) : decoded(encoded)
  // What the other side calls it is a name, and never a way to somewhere.
  const last = lastPart(name ?? '')
  return last === '' ? undefined : last
}

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

function decoded(text: string): string {
  try {
    return lastPart(decodeURIComponent(text))
  } catch {
    return text
  }
}
