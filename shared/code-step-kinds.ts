/** The functions of `step` that ask for something durable. */
export const codeStepKinds = [
  'run',
  'sleep',
  'sleepUntil',
  'waitForCall',
  'waitForEvent',
  'waitForApproval',
  'callFlow',
  'sendEvent',
] as const
export type CodeStepKind = (typeof codeStepKinds)[number]
