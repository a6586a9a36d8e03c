/** The line of a PostgreSQL program's output that says why it ended. */
export function reasonIn(output: string): string {
  const lines = output.trim().split('\n')
  return lines.findLast((line) => /error|fatal|panic/i.test(line)) ?? lines.at(-1) ?? 'it gave no reason'
}
