import type { Terminal } from './terminal.ts'
import type { Tested } from './test-recorded-step.ts'

const mostLogLines = 20

/** How a test of one step ended, in a line, and below it what helps to see why. */
export function sayTested(terminal: Terminal, name: string, { status, message, difference = [], logs = [] }: Tested): void {
  const marks = { passed: ['green', '✓'], recorded: ['green', '●'], waits: ['yellow', '…'], failed: ['red', '✗'] } as const
  const [style, mark] = marks[status]
  const words = status === 'recorded' ? ' recorded anew' : message === undefined ? '' : ` ${message}`
  terminal.say(`${terminal.styled(style, mark)} ${terminal.styled('bold', name)}${words}`)
  for (const line of difference) {
    const colour = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim'
    terminal.say(`    ${terminal.styled(colour, line)}`)
  }
  for (const line of logs.slice(-mostLogLines)) terminal.say(`    ${terminal.styled('dim', `log: ${line}`)}`)
}

export type TestCounts = { [S in Tested['status']]: number }

export function countTested(tested: readonly Tested[]): TestCounts {
  const count = (status: Tested['status']) => tested.filter((one) => one.status === status).length
  return { passed: count('passed'), failed: count('failed'), recorded: count('recorded'), waits: count('waits') }
}

export function sayCounts(terminal: Terminal, counts: TestCounts): void {
  const parts = Object.entries(counts).filter(([name, number]) => number > 0 || name === 'passed')
  const isNothing = Object.values(counts).every((number) => number === 0)
  terminal.say(
    isNothing
      ? 'No step has a recorded sample: test it once in the editor and pull, or record with --update.'
      : parts.map(([name, number]) => `${number} ${name}`).join(', '),
  )
}
