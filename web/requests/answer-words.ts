const known = new Map([
  [200, 'It worked'],
  [202, 'Taken in'],
  [401, 'Sender not confirmed'],
  [429, 'Too many'],
])

/** What a status means, for people who don’t know it by heart. */
export function answerWords(status: number): string {
  const words = known.get(status)
  if (words !== undefined) return words
  if (status < 300) return 'It worked'
  if (status < 400) return 'Sent on to another address'
  return status < 500 ? 'Refused' : 'It failed'
}
