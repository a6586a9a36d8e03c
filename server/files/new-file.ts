import { SentFile } from '#shared/sent-file.ts'
import { newId } from '../new-id.ts'

/** A file that somebody sent, and its bytes. */
export interface FileWithBytes {
  file: SentFile
  content: Buffer
}

/** Makes a file of bytes that came in. Names and kinds are a stranger's words: short ones, without what a database can't hold. */
export function newFile(name: string, type: string, content: Buffer): FileWithBytes {
  const file = new SentFile({ id: newId('file'), name: plain(name), type: plain(type), size: content.length })
  return { file, content }
}

function plain(text: string): string {
  return text.replaceAll('\0', '').slice(0, 255)
}
