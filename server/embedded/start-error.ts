/** A reason not to start that a person can act on; its message is the one sentence they are shown. */
export class StartError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StartError'
  }
}

/** Says what a failed write to the data folder means. */
export function startErrorFromWrite(error: unknown, folder: string): StartError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // ENOENT: there is a folder above, and nothing can be made in it.
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') {
    return new StartError(
      `The data folder ${folder} can't be written to; make it writable or choose another with HOLDFAST_DATA_DIR.`,
      error,
    )
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StartError(
      `There is no space left for the data folder ${folder}; free some or choose another with HOLDFAST_DATA_DIR.`,
      error,
    )
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new StartError(`The data folder ${folder} is not a folder; choose another with HOLDFAST_DATA_DIR.`, error)
  }
  return new StartError(
    `The data folder ${folder} can't be used: ${error instanceof Error ? error.message : String(error)}`,
    error,
  )
}
