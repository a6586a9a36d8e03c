/**
 * What to do with a file, of which there may be three versions: as it was at the last pull, as it is here, and as the
 * server has it now. Nobody's work is lost by any of these without being asked.
 */
export type PullOutcome =
  /** Nothing to do. */
  | 'same'
  /** Take the server's. */
  | 'write'
  /** It is gone on the server and was not changed here. */
  | 'remove'
  /** Changed here only. */
  | 'mine'
  /** Gone on the server, changed here. */
  | 'orphan'
  /** Changed on both sides. */
  | 'conflict'

export interface FileVersions {
  /** Checksums; undefined where there is no such file. */
  before: string | undefined
  mine: string | undefined
  theirs: string | undefined
}

export function planPull({ before, mine, theirs }: FileVersions): PullOutcome {
  if (theirs === undefined) return mine === undefined ? 'same' : mine === before ? 'remove' : 'orphan'
  if (mine === theirs) return 'same'
  if (mine === undefined || mine === before) return 'write'
  return theirs === before ? 'mine' : 'conflict'
}
