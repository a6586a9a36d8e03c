/** What one question carries at the most. */
const mostAtOnce = 1000

/**
 * Answers many askers with few questions: what is asked for in one turn of the event loop goes out together. `load`
 * gives the answers in the order of what was asked.
 */
export function gather<Key, Answer>(load: (keys: readonly Key[]) => Promise<readonly Answer[]>): (key: Key) => Promise<Answer> {
  let asked: { key: Key; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = []

  async function ask(): Promise<void> {
    const now = asked.slice(0, mostAtOnce)
    asked = asked.slice(mostAtOnce)
    if (asked.length > 0) setImmediate(() => void ask())
    try {
      const answers = await load(now.map(({ key }) => key))
      for (const [index, answer] of answers.entries()) now[index]?.resolve(answer)
    } catch (error) {
      for (const { reject } of now) reject(error)
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (asked.length === 0) setImmediate(() => void ask())
      asked.push({ key, resolve, reject })
    })
}
