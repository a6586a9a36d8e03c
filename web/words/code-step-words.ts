/** What code asks for by `step` and its like, in words; by what it is called in runs. */
const words: { [call: string]: string } = {
  run: 'Step in code',
  sleep: 'Wait',
  sleepUntil: 'Wait until',
  waitForCall: 'Wait for a call',
  waitForEvent: 'Wait for an event',
  waitForApproval: 'Ask for approval',
  callFlow: 'Run another flow',
  sendEvent: 'Send an event',
  fetch: 'Web call',
  'state.get': 'Look up what the flow keeps',
  'state.set': 'Keep a value',
  'secrets.get': 'Use a secret',
  'files.read': 'Read a file',
  'files.save': 'Keep a file',
  once: 'Done once',
}

export function codeStepWords(call: string | undefined): string {
  return (call === undefined ? undefined : words[call]) ?? 'Step in code'
}

/** `3 steps inside`. */
export function insideWords(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'} inside`
}
