/** What became of mails since this process began, for whoever watches it. */
export interface MailCounts {
  taken: number
  /** For good: nobody of that name, a sender who may not write, too large, unreadable. */
  refused: number
  /** Their senders were asked to come again: too many at once, or the database away. */
  putOff: number
}

export function newMailCounts(): MailCounts {
  return { taken: 0, refused: 0, putOff: 0 }
}
