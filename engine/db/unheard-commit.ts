const unheard = new WeakSet<object>()

/** Whether a transaction that ended with this error may have been committed all the same: only its answer is missing. */
export function mayBeCommitted(error: unknown): boolean {
  return typeof error === 'object' && error !== null && unheard.has(error)
}

/** Waits for the answer to a commit, and remembers of its error that it is one. */
export async function hearCommit(commit: Promise<unknown>): Promise<void> {
  try {
    await commit
  } catch (error) {
    if (typeof error === 'object' && error !== null) unheard.add(error)
    throw error
  }
}
