import { parentPort } from 'node:worker_threads'
import { readMail, type ReadMail } from './read-mail.ts'

/** What the thread answers for each mail it is given, in the order they came. */
export type ThreadAnswer = { mail: ReadMail } | { problem: string }

parentPort?.on('message', (bytes: Uint8Array) => {
  const answer = (message: ThreadAnswer, moved: ArrayBuffer[] = []) => parentPort?.postMessage(message, moved)
  readMail(bytes).then(
    (mail) => answer({ mail }, [...new Set(mail.attachments.map(({ content }) => content.buffer))]),
    (error: unknown) => answer({ problem: error instanceof Error ? error.message : String(error) }),
  )
})
