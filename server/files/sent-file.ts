import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Pool } from 'pg'
import { findFilePiece } from '../db/find-file-piece.ts'

/** What is in memory of a file at a time, for each that is being sent. */
const pieceBytes = 1024 ** 2

/** A file that is about to be sent. */
export interface FileToSend {
  name: string
  type: string
  size: number
  /** Sends it as fast as it is read; one that is deleted meanwhile breaks off. Headers are the caller's. */
  send(res: ServerResponse): Promise<void>
}

/** A file of the workspace; undefined when it has none of that id, or none any longer. */
export async function findFileToSend(pool: Pool, workspaceId: string, id: string): Promise<FileToSend | undefined> {
  const first = await findFilePiece(pool, workspaceId, id, { from: 0, length: pieceBytes })
  if (first === undefined) return undefined
  const { name, type, size, piece } = first

  async function send(res: ServerResponse): Promise<void> {
    if (res.req.method === 'HEAD') {
      res.end()
      return
    }
    let next = piece
    for (let sent = next.length; sent < size && !res.destroyed; sent += next.length) {
      if (!res.write(next)) await untilRead(res)
      if (res.destroyed) return
      const found = await findFilePiece(pool, workspaceId, id, { from: sent, length: pieceBytes })
      if (found === undefined || found.piece.length === 0) {
        res.destroy()
        return
      }
      next = found.piece
    }
    res.end(next)
  }

  return { name, type, size, send }
}

/** Resolves too when the reader has gone, or was cut off. */
async function untilRead(res: ServerResponse): Promise<void> {
  const gone = new AbortController()
  const onClose = () => gone.abort()
  res.once('close', onClose)
  await once(res, 'drain', { signal: gone.signal }).catch(() => undefined)
  res.off('close', onClose)
}
