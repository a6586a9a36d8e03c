import { readWaitToken, waitToken } from '../waits/wait-token.ts'

/** Between a step's path and whom the link is for; a path has no two colons in a row. */
const personal = '::'

/** The token of a link to a question: for whoever has it, or for one approver alone. */
export function approvalToken(signingKeys: readonly Uint8Array[], runId: string, path: string, approver?: string): string {
  return waitToken(
    signingKeys,
    runId,
    approver === undefined ? path : `${path}${personal}${encodeURIComponent(approver.trim().toLowerCase())}`,
  )
}

export interface ApprovalToken {
  runId: string
  path: string
  /** An e-mail address or a member: whom the link is for. */
  approver?: string
}

/** What the token names, or undefined when it is not one of ours. */
export function readApprovalToken(signingKeys: readonly Uint8Array[], token: string): ApprovalToken | undefined {
  const named = readWaitToken(signingKeys, token)
  if (!named) return undefined
  const [path = '', approver] = named.path.split(personal)
  return approver === undefined ? named : { runId: named.runId, path, approver: decodeURIComponent(approver) }
}
