/** What a contestant's process can be asked to do, by name; arguments and results travel as JSON. */
export type Skills = { [name: string]: (args: never) => Promise<unknown> }

/** Answers the bench that started this process until it is told to stop or the bench is gone. */
export function serve(skills: Skills): void {
  const end = () => process.exit(0)
  process.on('disconnect', end)
  process.on('message', ({ id, name, args }: { id: number; name: string; args: never }) => {
    const skill = skills[name]
    const result = skill ? skill(args) : Promise.reject(new Error(`It can't ${name}`))
    result.then(
      (value) => process.send?.({ id, value: value ?? null }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  process.send?.({ ready: true })
}
