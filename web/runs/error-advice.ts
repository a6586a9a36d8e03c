import type { ErrorCode } from '#shared/errors.ts'

/** What to do about each way a step can fail, in one or two sentences. */
const advice: Record<string, string> = {
  http_error: 'The other side refused. Check the address and what is sent; its answer is in the developer details.',
  network_error: 'Check the address, and that the other side is up, then try again.',
  timeout: 'It took longer than this step may. Try again, or raise the time limit in the step’s options.',
  cpu_limit: 'The code worked too long without a pause. Look for a loop that never ends, or do less in one step.',
  memory_limit: 'The code held too much at once. Work through the data in smaller parts.',
  wall_limit: 'The code didn’t finish in time. Check what it waits for, or raise the time limit in the step’s options.',
  result_limit: 'The code gave back more than a step may. Return only what later steps need.',
  call_limit: 'The code asked for too much in one try. Ask for less, or split the step.',
  code_error: 'The code stopped by itself. Look at what came in below, or change the step: it opens at the line.',
  code_syntax: 'The code can’t be read. Open the step to see the line.',
  runner_crash: 'The place where code runs went away. Trying again starts a new one.',
  expression_error: 'A value from earlier data couldn’t be worked out. Check the fields of this step.',
  invalid_input: 'A field got something it can’t take. Look at what came in.',
  action_failed: 'The app couldn’t do it. Look at what came in, then try again.',
  egress_denied:
    'Private addresses are refused unless whoever runs Holdfast allows them, and others where the flow or the workspace lists hosts.',
  connection_dead: 'The sign-in to this app no longer works.',
  wait_timed_out: 'Nobody answered in time.',
  output_too_large: 'The step gave back more than may be kept. Give back only what later steps need.',
  poisoned: 'The server went down three times while this step ran, so it isn’t tried by itself any more.',
  flow_failed: 'A flow that this step started has failed.',
  secret_unavailable: 'Add the secret under Values, or let this flow use it, then try again.',
  state_conflict: 'Two runs changed the same value at once. Trying again reads it anew.',
  non_determinism: 'The code asked for something else than before it waited. Replay the run to begin it anew.',
  duplicate_step_name: 'Two steps of the code have the same name at once. Give each its own.',
  stopped: 'A Stop step ended the run on purpose.',
  database_unavailable: 'The database was away. Try again once it is back.',
} satisfies Partial<Record<ErrorCode, string>>

export function adviceFor(code: string): string | undefined {
  return advice[code]
}
