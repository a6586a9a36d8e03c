import { AppError } from '#shared/errors.ts'
import type { Deps } from '../deps.ts'
import { findFileToSend } from '../files/sent-file.ts'
import { attachment } from '../http/attachment.ts'
import type { Handlers } from '../route.ts'

/** Files in the data of runs. */
export function fileHandlers(deps: Deps): Pick<Handlers, 'getFile'> {
  return {
    async getFile({ caller, grant, params, res }) {
      // Whoever sees only the runs they started sees no files: those came from others.
      const file = grant === 'own' ? undefined : await findFileToSend(deps.pool, caller.workspaceId, params.id)
      if (file === undefined) throw new AppError('not_found', 'There is no such file, or it is kept no longer.')
      // A stranger's file is saved, never shown as a page of ours, whatever it says it is.
      res.setHeader('Content-Type', 'application/octet-stream')
      res.setHeader('Content-Disposition', attachment(file.name))
      res.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
      res.setHeader('Content-Length', file.size)
      await file.send(res)
      return undefined
    },
  }
}
