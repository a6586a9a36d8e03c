/** What one call to the outside may take. */
export const egressLimits = {
  redirects: 5,
  connectMs: 10_000,
  /** Without a byte from the other side. */
  idleMs: 60_000,
  /** Of the answer's body, unpacked. */
  answerBytes: 10 * 1024 * 1024,
}
