import type { FlowDetail } from '#shared/api.ts'
import type { PlacedProblem } from './place-problem.ts'
import type { Terminal } from './terminal.ts'

/** What a push says on the way, for people. */
export function sayProblems(terminal: Terminal, problems: PlacedProblem[]): void {
  for (const { file, line, column, severity, message } of problems) {
    const place = terminal.styled('bold', `${file}:${line}:${column}`)
    terminal.say(`${place} ${severity === 'error' ? '' : `${terminal.styled('yellow', 'warning:')} `}${message}`)
  }
}

export function sayChanges(
  terminal: Terminal,
  flow: FlowDetail,
  changes: { name: string; what: string }[],
  isNew: boolean,
): void {
  if (!isNew) terminal.say(`Nothing is different from the draft of ${flow.name}.`)
  else if (changes.length === 0) terminal.say(`Only the drawing is different from the draft of ${flow.name}.`)
  else terminal.say(`Different from the draft of ${flow.name}:`)
  for (const { name, what } of changes) terminal.say(`  ${terminal.styled('bold', name)}: ${what}`)
}

export function sayConflict(terminal: Terminal, before: number, flow: FlowDetail, theirs: string[]): void {
  terminal.say('')
  terminal.say(
    `Nothing was uploaded: the flow was changed on the server since your last pull (revision ${before} → ${flow.revision}, last on ${flow.updatedAt}). Changed there:`,
  )
  for (const path of theirs) terminal.say(`  ${path}`)
  terminal.say('Run `holdfast pull`: it brings what was changed there only, and says which files both of you changed.')
  terminal.say('`holdfast push --force` saves yours over it; the server’s is put aside in .holdfast/overwritten.')
}
